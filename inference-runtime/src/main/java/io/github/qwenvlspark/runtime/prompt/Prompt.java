package io.github.qwenvlspark.runtime.prompt;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.preprocess.ImageGrid;
import io.github.qwenvlspark.runtime.tokenizer.QwenTokenizer;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A prompt's ids.
 *
 * @param inputIds {@code [seq]}, each pad token repeated for each merged patch of its picture
 * @param visualPositions places of all pad tokens, ascending
 */
public record Prompt(int[] inputIds, int[] visualPositions) {

  /**
   * Tokenizes a rendered prompt and gives each picture its room. Source: {@code
   * replace_image_token} of {@code Qwen2_5_VLProcessor}.
   *
   * @param padTokens ids of {@code <|image_pad|>} and {@code <|video_pad|>}
   * @param grids grids of pictures and clips in prompt order
   * @throws QwenVlException INVALID_REQUEST if the prompt does not hold one pad token for each grid
   */
  public static Prompt of(
      PromptText text, QwenTokenizer tokenizer, List<Integer> padTokens, List<ImageGrid> grids) {
    IntStream.Builder ids = IntStream.builder();
    IntStream.Builder places = IntStream.builder();
    Iterator<ImageGrid> waiting = grids.iterator();
    int length = 0;
    int pictures = 0;
    for (String piece : text.pieces()) {
      for (int id : tokenizer.encode(piece)) {
        int repeats = 1;
        if (padTokens.contains(id)) {
          pictures++;
          repeats = waiting.hasNext() ? waiting.next().mergedTokens() : 0;
          IntStream.range(length, length + repeats).forEach(places::add);
        }
        for (int i = 0; i < repeats; i++) {
          ids.add(id);
        }
        length += repeats;
      }
    }
    if (pictures != grids.size()) {
      throw new QwenVlException(
          ErrorType.INVALID_REQUEST,
          "The prompt has places for %d pictures, but %d were given"
              .formatted(pictures, grids.size()));
    }
    return new Prompt(ids.build().toArray(), places.build().toArray());
  }
}
