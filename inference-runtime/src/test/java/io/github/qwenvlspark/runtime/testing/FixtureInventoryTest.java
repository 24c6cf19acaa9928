package io.github.qwenvlspark.runtime.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file cut short, or read under a wrong key, would let tests pass by testing less. */
class FixtureInventoryTest {

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource({
    "sizes/smart_resize.json, cases, 400",
    "sizes/smart_nframes.json, cases, 160",
    "sizes/video_budget.json, cases, 100",
    "images/images.json, images, 43",
    "text/strings.json, cases, 300",
    "text/decode.json, cases, 80",
    "text/chat_template.json, cases, 41",
    "rope/rope_index.json, cases, 60",
    "rope/window_index.json, cases, 33",
    "warpers/warpers.json, cases, 19",
    "videos/videos.json, cases, 12",
    "tiny-model-inputs/cases.json, cases, 14",
    "tiny-model-f32/golden/golden.json, cases, 14",
    "tiny-model-f32/golden/golden.json, batches, 3",
    "tiny-model-f32/golden/golden.json, vision, 6",
    "tiny-model-bf16/golden/golden.json, cases, 14",
    "tiny-model-bf16/golden/golden.json, batches, 3",
    "tiny-model-bf16/golden/golden.json, vision, 6"
  })
  void noCaseOfTheReferenceIsMissing(String file, String key, int cases) {
    assertThat(GoldenJson.cases(file, key)).hasSize(cases);
  }
}
