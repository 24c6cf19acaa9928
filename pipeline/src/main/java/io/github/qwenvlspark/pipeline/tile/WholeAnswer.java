package io.github.qwenvlspark.pipeline.tile;

import io.github.qwenvlspark.runtime.Completion;
import io.github.qwenvlspark.runtime.FinishReason;
import io.github.qwenvlspark.runtime.preprocess.Size;
import io.github.qwenvlspark.udfs.geometry.BoxMapping;
import io.github.qwenvlspark.udfs.parse.AnswerFormat;
import io.github.qwenvlspark.udfs.parse.AnswerParser;
import io.github.qwenvlspark.udfs.parse.ParsedAnswer;
import io.github.qwenvlspark.udfs.parse.ParsedAnswer.Box;
import io.github.qwenvlspark.udfs.parse.ParsedAnswer.Element;
import io.github.qwenvlspark.udfs.parse.UnparsableAnswerException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One answer about a whole picture. Those of its tiles become one as if the model had seen all of
 * it at its own size: text in reading order, coordinates in pixels of the picture, each thing once;
 * tokens and times summed, the worst reason to finish, quality by tokens.
 *
 * @param mapping takes coordinates of the answer to the picture's; none where they are those
 */
public record WholeAnswer(
    Completion completion, ParsedAnswer answer, Optional<BoxMapping> mapping) {
  private static final Pattern BOX = Pattern.compile("data-bbox=\"(\\d+) (\\d+) (\\d+) (\\d+)\"");
  private static final Pattern PAGE = Pattern.compile("```\\w*|</?(?:html|body|head)[^>]*>");

  /**
   * The one answer about a document that the model saw whole.
   *
   * @throws UnparsableAnswerException if it is not of that format
   */
  public static WholeAnswer of(AnswerFormat format, Completion completion) {
    return new WholeAnswer(
        completion,
        AnswerParser.parse(format, completion.text()),
        completion.visuals().stream().findFirst().map(WholeAnswer::mapping));
  }

  /**
   * Puts the answers of tiles together.
   *
   * @param completions one for each tile, in their order
   * @throws UnparsableAnswerException if one is not of that format
   */
  public static WholeAnswer ofTiles(
      TileGrid grid, AnswerFormat format, List<Completion> completions) {
    List<Tile> tiles = grid.tiles();
    List<ParsedAnswer> answers = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < tiles.size(); i++) {
      Completion completion = completions.get(i);
      answers.add(parsed(grid, i, format, completion));
      texts.add(format == AnswerFormat.HTML ? html(tiles.get(i), completion) : completion.text());
    }
    ParsedAnswer merged = merged(tiles, format, completions, answers);
    String joined = TileTexts.join(texts, grid.lefts().size());
    String text =
        merged
            .json()
            .orElse(
                format == AnswerFormat.HTML
                    ? "<html><body>\n" + joined + "\n</body></html>"
                    : joined);
    return new WholeAnswer(completion(grid.picture(), text, completions), merged, Optional.empty());
  }

  /** What the tiles said, as they said it. */
  public static Completion verbatim(TileGrid grid, List<Completion> completions) {
    return completion(
        grid.picture(),
        completions.stream().map(Completion::text).collect(Collectors.joining("\n")),
        completions);
  }

  private static ParsedAnswer parsed(
      TileGrid grid, int tile, AnswerFormat format, Completion completion) {
    try {
      return AnswerParser.parse(format, completion.text());
    } catch (UnparsableAnswerException e) {
      throw new UnparsableAnswerException(grid.name(tile) + e.getMessage());
    }
  }

  private static ParsedAnswer merged(
      List<Tile> tiles,
      AnswerFormat format,
      List<Completion> completions,
      List<ParsedAnswer> answers) {
    Sightings elements = new Sightings();
    Sightings boxes = new Sightings();
    for (int i = 0; i < tiles.size(); i++) {
      Tile tile = tiles.get(i);
      BoxMapping mapping = mapping(completions.get(i).visuals().get(0));
      for (Element e : answers.get(i).elements()) {
        elements.add(tile, new Element(e.type(), e.text(), box(tile, mapping, e.bbox()), e.html()));
      }
      for (Box b : answers.get(i).boxes()) {
        List<Integer> point =
            b.point().isEmpty() ? b.point() : tile.toPicture(mapping.point(b.point()));
        boxes.add(tile, new Box(b.label(), box(tile, mapping, b.bbox()), point));
      }
    }
    Optional<String> json = json(format, answers, boxes);
    Map<String, String> fields =
        format == AnswerFormat.FIELDS
            ? AnswerParser.parse(format, json.orElseThrow()).fields()
            : Map.of();
    return new ParsedAnswer(json, elements.elements(), fields, boxes.boxes(), List.of());
  }

  private static Optional<String> json(
      AnswerFormat format, List<ParsedAnswer> answers, Sightings boxes) {
    if (format == AnswerFormat.BOXES) {
      return Optional.of(TileJson.of(boxes.boxes()));
    }
    List<String> values =
        answers.stream().map(ParsedAnswer::json).flatMap(Optional::stream).toList();
    return values.isEmpty() ? Optional.empty() : Optional.of(TileJson.merge(values));
  }

  private static List<Integer> box(Tile tile, BoxMapping mapping, List<Integer> box) {
    return box.isEmpty() ? box : tile.toPicture(mapping.box(box));
  }

  private static BoxMapping mapping(Completion.Visual seen) {
    return new BoxMapping(seen.resized(), seen.original());
  }

  /** The page's HTML with the picture's coordinates, without what stands around it once. */
  private static String html(Tile tile, Completion completion) {
    BoxMapping mapping = mapping(completion.visuals().get(0));
    return BOX.matcher(PAGE.matcher(completion.text()).replaceAll(""))
        .replaceAll(
            found -> {
              String box =
                  box(tile, mapping, numbers(found.group())).stream()
                      .map(String::valueOf)
                      .collect(Collectors.joining(" "));
              return Matcher.quoteReplacement("data-bbox=\"" + box + "\"");
            });
  }

  private static List<Integer> numbers(String attribute) {
    return Stream.of(attribute.replaceAll("[^0-9 ]", "").split(" ", -1))
        .map(WholeAnswer::coordinate)
        .toList();
  }

  /** Nonsense of many digits lies outside of every picture. */
  private static Integer coordinate(String digits) {
    return digits.length() > 9 ? Integer.MAX_VALUE : Integer.valueOf(digits);
  }

  private static Completion completion(Size picture, String text, List<Completion> tiles) {
    Completion first = tiles.get(0);
    return new Completion(
        text,
        tiles.stream().flatMap(tile -> tile.tokenIds().stream()).toList(),
        tiles.stream()
            .map(Completion::finishReason)
            .max(Comparator.<FinishReason>naturalOrder())
            .orElseThrow(),
        new Completion.Usage(
            sum(tiles, tile -> tile.usage().promptTokens()),
            sum(tiles, tile -> tile.usage().visualTokens()),
            sum(tiles, tile -> tile.usage().completionTokens())),
        List.of(new Completion.Visual(picture, picture, 1, first.visuals().get(0).grid())),
        new Completion.Timing(
            total(tiles, tile -> tile.timing().preprocessMs()),
            total(tiles, tile -> tile.timing().queueMs()),
            total(tiles, tile -> tile.timing().visionMs()),
            total(tiles, tile -> tile.timing().prefillMs()),
            total(tiles, tile -> tile.timing().decodeMs())),
        quality(tiles));
  }

  private static Completion.Quality quality(List<Completion> tiles) {
    int tokens = sum(tiles, tile -> tile.usage().completionTokens());
    double logprobs =
        total(tiles, tile -> tile.quality().meanLogprob() * tile.usage().completionTokens());
    return new Completion.Quality(
        tokens == 0 ? 0 : logprobs / tokens,
        tiles.stream().mapToDouble(tile -> tile.quality().minLogprob()).min().orElseThrow());
  }

  private static int sum(List<Completion> tiles, ToIntFunction<Completion> value) {
    return tiles.stream().mapToInt(value).sum();
  }

  private static double total(List<Completion> tiles, ToDoubleFunction<Completion> value) {
    return tiles.stream().mapToDouble(value).sum();
  }
}
