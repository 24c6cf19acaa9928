package io.github.qwenvlspark.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.checkpoint.Fingerprint;
import io.github.qwenvlspark.runtime.checkpoint.WeightCache;
import io.github.qwenvlspark.runtime.engine.Model;
import io.github.qwenvlspark.runtime.engine.Model.Logits;
import io.github.qwenvlspark.runtime.engine.PreparedRequest;
import io.github.qwenvlspark.runtime.ort.DecoderOutput;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import io.github.qwenvlspark.runtime.testing.TinyPrompts;
import io.github.qwenvlspark.runtime.tokenizer.QwenTokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Pictures, clips and text beside each other in one batch: every row has the bits that it has
 * alone, whatever its slot and its chunks.
 */
class VisualBatchIndependenceTest {
  private static final int CONTEXT = 256;
  private static final int STEPS = 5;

  @TempDir private static Path cache;

  @ParameterizedTest
  @EnumSource(Precision.class)
  void picturesAndClipsHaveTheSameLogitsAloneAndTogether(Precision precision) {
    Checkpoint stored = Checkpoint.open(Fixtures.path("tiny-model-bf16"));
    Checkpoint checkpoint =
        stored.in(precision, Fingerprint.of(stored), new WeightCache(cache.toString()));
    List<PreparedRequest> requests = requests(checkpoint);
    List<float[][]> alone = new ArrayList<>();
    try (Model model = model(checkpoint, 1, 512)) {
      for (PreparedRequest request : requests) {
        model.cache().fill(Float.NaN);
        alone.add(generate(model, List.of(request), List.of(0))[0]);
      }
    }

    for (int chunk : new int[] {4, 16, 50}) {
      try (Model model = model(checkpoint, requests.size(), chunk)) {
        model.cache().fill(Float.NaN);
        List<Integer> slots = new ArrayList<>();
        for (int slot = 0; slot < requests.size(); slot++) {
          slots.add(slot);
        }
        Collections.shuffle(slots, new Random(chunk));
        float[][][] together = generate(model, requests, slots);
        for (int i = 0; i < requests.size(); i++) {
          for (int step = 0; step < STEPS; step++) {
            assertThat(together[i][step])
                .as("prompt %d, step %d, chunks of %d", i, step, chunk)
                .isEqualTo(alone.get(i)[step]);
          }
        }
      }
    }
  }

  private static List<PreparedRequest> requests(Checkpoint checkpoint) {
    try (QwenTokenizer tokenizer = QwenTokenizer.open(checkpoint.tokenizerFile())) {
      RequestPreparer preparer = new RequestPreparer(checkpoint, tokenizer, Alternatives.REFERENCE);
      return TinyPrompts.all().stream()
          .map(prompt -> preparer.prepare(TinyPrompts.request(prompt, STEPS, 1)).request())
          .toList();
    }
  }

  private static float[][][] generate(
      Model model, List<PreparedRequest> requests, List<Integer> slots) {
    int rows = requests.size();
    int vocab = model.vocabSize();
    float[][][] logits = new float[rows][STEPS][];
    long[] ids = new long[rows];
    for (int i = 0; i < rows; i++) {
      PreparedRequest request = requests.get(i);
      DecoderOutput output =
          model.prefill(request, model.encode(request), slots.get(i), Logits.WANTED);
      logits[i][0] = output.logits();
      ids[slots.get(i)] = output.next()[0];
    }
    for (int step = 1; step < STEPS; step++) {
      int[] positions = new int[rows];
      int[] lengths = new int[rows];
      for (int i = 0; i < rows; i++) {
        positions[slots.get(i)] = requests.get(i).nextPosition() + step - 1;
        lengths[slots.get(i)] = requests.get(i).promptTokens() + step;
      }
      DecoderOutput output = model.step(ids, positions, lengths, Logits.WANTED);
      for (int i = 0; i < rows; i++) {
        int slot = slots.get(i);
        logits[i][step] = Arrays.copyOfRange(output.logits(), slot * vocab, (slot + 1) * vocab);
      }
      ids = output.next();
    }
    return logits;
  }

  private static Model model(Checkpoint checkpoint, int rows, int chunk) {
    return new Model(checkpoint, new EngineOptions(2, rows, CONTEXT, chunk));
  }
}
