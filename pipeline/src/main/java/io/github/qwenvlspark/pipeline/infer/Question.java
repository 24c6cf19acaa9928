package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.pipeline.tile.Tile;
import io.github.qwenvlspark.pipeline.tile.TileGrid;
import io.github.qwenvlspark.pipeline.tile.WholeAnswer;
import io.github.qwenvlspark.runtime.Completion;
import io.github.qwenvlspark.runtime.Message;
import io.github.qwenvlspark.runtime.Part;
import io.github.qwenvlspark.udfs.parse.AnswerFormat;
import java.util.List;
import java.util.function.Function;

/** What a row asks the model: one request, or the same about each tile of a huge picture. */
sealed interface Question {
  /** How many requests. */
  int requests();

  /** One of them. */
  List<Message> messages(int request);

  /** What is said before an error of one of them. */
  String name(int request);

  /** All answers as one, as they are. */
  Completion verbatim(List<Completion> completions);

  /**
   * All answers as one, read.
   *
   * @throws io.github.qwenvlspark.udfs.parse.UnparsableAnswerException if one is not of that format
   */
  WholeAnswer answer(AnswerFormat format, List<Completion> completions);

  /** A document that the model sees whole. */
  record Whole(List<Message> messages) implements Question {
    @Override
    public int requests() {
      return 1;
    }

    @Override
    public List<Message> messages(int request) {
      return messages;
    }

    @Override
    public String name(int request) {
      return "";
    }

    @Override
    public Completion verbatim(List<Completion> completions) {
      return completions.get(0);
    }

    @Override
    public WholeAnswer answer(AnswerFormat format, List<Completion> completions) {
      return WholeAnswer.of(format, completions.get(0));
    }
  }

  /**
   * A picture in tiles, each of which is copied when it is asked about.
   *
   * @param about the messages about a part of it
   */
  record Tiled(TileGrid grid, Part.Image picture, Function<Part, List<Message>> about)
      implements Question {
    @Override
    public int requests() {
      return (int) grid.count();
    }

    @Override
    public List<Message> messages(int request) {
      Tile tile = grid.tiles().get(request);
      return about.apply(new Part.Image(tile.of(picture.pixels()), picture.size()));
    }

    @Override
    public String name(int request) {
      return grid.name(request);
    }

    @Override
    public Completion verbatim(List<Completion> completions) {
      return WholeAnswer.verbatim(grid, completions);
    }

    @Override
    public WholeAnswer answer(AnswerFormat format, List<Completion> completions) {
      return WholeAnswer.ofTiles(grid, format, completions);
    }
  }
}
