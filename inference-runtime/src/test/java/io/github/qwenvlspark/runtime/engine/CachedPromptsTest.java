package io.github.qwenvlspark.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.Occupancy;
import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.engine.CachedPrompts.Prefix;
import io.github.qwenvlspark.runtime.ort.VisionInput;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a prompt takes over from another one in the cache, and that this changes no bit. */
class CachedPromptsTest {
  private static final Checkpoint CHECKPOINT = Checkpoint.open(Fixtures.path("tiny-model-f32"));
  private static final Ending ENDING = Ending.of(6, Set.of(7));

  private final Random random = new Random(1);
  private final VisionInput first = Requests.picture(random);
  private final VisionInput second = Requests.picture(random);
  private final int[] words = Requests.words(random, 20);

  @Test
  void theSamePromptIsKnownButForItsLastTwoTokens() {
    PreparedRequest request = Requests.pictures(List.of(first, second), words, ENDING);
    assertThat(prefix(request, request)).isEqualTo(new Prefix(3, request.promptTokens() - 2, 2));
  }

  @Test
  void anotherQuestionAboutTheSamePicturesKeepsThem() {
    int[] others = words.clone();
    others[15] = words[15] + 1;
    assertThat(
            prefix(
                Requests.pictures(List.of(first, second), words, ENDING),
                Requests.pictures(List.of(first, second), others, ENDING)))
        .isEqualTo(new Prefix(3, first.embeddings() + second.embeddings() + 15, 2));
  }

  @Test
  void anotherPictureEndsWhatIsKnownBeforeIt() {
    VisionInput other =
        new VisionInput(new float[second.pixels().length], second.rowColumn(), 1, second.windows());
    assertThat(
            prefix(
                Requests.pictures(List.of(first, second), words, ENDING),
                Requests.pictures(List.of(first, other), words, ENDING)))
        .isEqualTo(new Prefix(3, first.embeddings() + 10, 1));
    assertThat(
            prefix(
                Requests.pictures(List.of(first), words, ENDING),
                Requests.pictures(List.of(other), words, ENDING)))
        .extracting(Prefix::tokens, Prefix::visuals)
        .containsExactly(0, 0);
  }

  @Test
  void aPictureIsTakenWholeOrNotAtAll() {
    // The last two tokens, which are always read, are the picture's own.
    PreparedRequest held = Requests.pictures(List.of(first), new int[0], ENDING);
    assertThat(prefix(held, held)).extracting(Prefix::tokens, Prefix::visuals).contains(0, 0);
  }

  @Test
  void onePromptOfOneTokenIsRead() {
    PreparedRequest one = Requests.random(random, 1, 2);
    assertThat(prefix(one, one).tokens()).isZero();
  }

  @Test
  void whatIsWrittenOverIsForgotten() {
    CachedPrompts prompts = new CachedPrompts(4);
    PreparedRequest request = Requests.random(random, 30, 2);
    prompts.put(2, request);
    prompts.copy(2, 0);
    prompts.clear(2);
    assertThat(prompts.longestFor(request)).isEqualTo(new Prefix(0, 28, 0));
    prompts.clear(0);
    assertThat(prompts.longestFor(request)).isEqualTo(Prefix.NONE);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void aPromptThatBeginsLikeOthersHasTheBitsOfAWholeReading(long seed) {
    Random seeded = new Random(seed);
    List<PreparedRequest> family = family(seeded);
    List<Generated> alone = new ArrayList<>();
    for (PreparedRequest request : family) {
      try (Engine engine = engine(1)) {
        alone.add(engine.submit(request, IdListener.NONE).join());
      }
    }
    try (Engine engine = engine(3)) {
      List<CompletableFuture<Generated>> answers =
          family.stream().map(r -> engine.submit(r, IdListener.NONE)).toList();
      for (int i = 0; i < family.size(); i++) {
        assertThat(answers.get(i).join().ids()).as("request %d", i).isEqualTo(alone.get(i).ids());
        assertThat(answers.get(i).join().quality())
            .as("request %d", i)
            .isEqualTo(alone.get(i).quality());
      }
      Occupancy done = engine.occupancy();
      assertThat(done.knownTokens()).isPositive();
      assertThat(done.knownTokens() + done.promptTokens())
          .isEqualTo(family.stream().mapToInt(PreparedRequest::promptTokens).sum());
    }
  }

  /** Prompts with equal beginnings of all lengths. */
  private static List<PreparedRequest> family(Random random) {
    VisionInput first = Requests.picture(random);
    VisionInput second = Requests.picture(random);
    VisionInput third = Requests.picture(random);
    int[] words = Requests.words(random, 60);
    List<PreparedRequest> family = new ArrayList<>();
    for (List<VisionInput> pictures :
        List.of(List.of(first, second), List.of(first, third), List.of(first))) {
      for (int i = 0; i < 4; i++) {
        int[] tail = Arrays.copyOf(words, 40 + random.nextInt(21));
        tail[tail.length - 1 - random.nextInt(40)] = 5;
        family.add(Requests.pictures(pictures, tail, ENDING));
      }
    }
    return family;
  }

  private static Prefix prefix(PreparedRequest held, PreparedRequest request) {
    CachedPrompts prompts = new CachedPrompts(4);
    prompts.put(3, held);
    return prompts.longestFor(request);
  }

  private static Engine engine(int rows) {
    EngineOptions options = new EngineOptions(2, rows, 256, 32);
    return new Engine(new Model(CHECKPOINT, options), options);
  }
}
