package io.github.qwenvlspark.pipeline.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.runtime.Alternatives;
import io.github.qwenvlspark.runtime.PromptOptions;
import io.github.qwenvlspark.runtime.media.PictureRules;
import io.github.qwenvlspark.runtime.media.PictureRules.Exif;
import io.github.qwenvlspark.runtime.media.PictureRules.Transparency;
import io.github.qwenvlspark.runtime.media.PictureRules.WideGray;
import io.github.qwenvlspark.runtime.position.VideoRule;
import io.github.qwenvlspark.runtime.prompt.VisionIds;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  @Test
  void defaultsHoldWithoutASetting() {
    RunSettings settings = RunSettings.from(new Settings(Map.of("spark.master", "yarn")), 3);

    assertThat(settings.engine().threads()).isEqualTo(3);
    assertThat(settings.pdf().scale().dpi()).isEqualTo(144);
    assertThat(settings.media().maxBytes()).isEqualTo(256L << 20);
  }

  @Test
  void sizesAndNumbersAreRead() {
    RunSettings settings =
        RunSettings.from(
            new Settings(
                Map.of(
                    "spark.qwenvl.media.maxBytes", "1g",
                    "spark.qwenvl.engine.threads", "2",
                    "spark.qwenvl.pdf.dpi", " 200 ")),
            8);

    assertThat(settings.media().maxBytes()).isEqualTo(1L << 30);
    assertThat(settings.engine().threads()).isEqualTo(2);
    assertThat(settings.pdf().scale().dpi()).isEqualTo(200);
  }

  @Test
  void promptsAreNeutralisedAndUnnumberedUnlessToldOtherwise() {
    assertThat(RunSettings.from(new Settings(Map.of()), 1).prompt())
        .isEqualTo(PromptOptions.DEFAULT);
    assertThat(
            RunSettings.from(
                    new Settings(
                        Map.of(
                            "spark.qwenvl.prompt.addVisionId", "TRUE",
                            "spark.qwenvl.prompt.neutraliseSpecialTokens", "false")),
                    1)
                .prompt())
        .isEqualTo(new PromptOptions(VisionIds.SHOWN, false));
    assertThatThrownBy(
            () ->
                RunSettings.from(
                    new Settings(Map.of("spark.qwenvl.prompt.neutraliseSpecialTokens", "0")), 1))
        .hasMessageContaining("= \"0\": expected true or false (default true)");
  }

  @Test
  void allWrongSettingsAreReportedAtOnce() {
    Settings settings =
        new Settings(
            Map.of(
                "spark.qwenvl.media.maxBytes", "lots",
                "spark.qwenvl.media.maxPage", "7",
                "spark.qwenvl.engine.maxBatch", "0"));

    assertThatThrownBy(() -> RunSettings.from(settings, 1))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContainingAll(
            "3 settings are wrong; nothing was started",
            "spark.qwenvl.media.maxBytes = \"lots\": expected a size such as 64m or 1g of at least 1 (default 256m)",
            "spark.qwenvl.media.maxPage: no such setting; did you mean spark.qwenvl.media.maxPages?",
            "spark.qwenvl.engine.maxBatch = \"0\": expected a whole number of at least 1 (default 8)");
  }

  @Test
  void aDeviceThatDoesNotExistIsRefused() {
    assertThatThrownBy(
            () -> RunSettings.from(new Settings(Map.of("spark.qwenvl.device", "gpu")), 1))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("spark.qwenvl.device = \"gpu\": expected cpu, cuda or cuda:n");
  }

  @Test
  void theReferencesWaysHoldUnlessOthersAreChosen() {
    RunSettings none = RunSettings.from(new Settings(Map.of()), 1);
    RunSettings all =
        RunSettings.from(
            new Settings(
                Map.of(
                    "spark.qwenvl.preprocessor", "transformers/torchvision",
                    "spark.qwenvl.media.applyExifOrientation", "TRUE",
                    "spark.qwenvl.media.scale16Bit", "true",
                    "spark.qwenvl.video.positions", "int_max")),
            1);

    assertThat(none.engine().alternatives()).isEqualTo(Alternatives.REFERENCE);
    assertThat(all.engine().alternatives().label())
        .isEqualTo(
            "transformers/torchvision exif_orientation scale_16_bit video_positions=int_max");
    assertThat(all.engine().alternatives().pictureRules())
        .isEqualTo(new PictureRules(Exif.APPLIED, WideGray.SCALED, Transparency.DROPPED));
  }

  @ParameterizedTest
  @CsvSource({
    "float_max, FLOAT_MAX",
    "int_max, INT_MAX",
    "int_grid, INT_GRID",
    "float_grid, FLOAT_GRID",
    "hf-4.57, INT_MAX",
    "hf-5.17, INT_GRID",
    "hf-5.18, FLOAT_GRID"
  })
  void aVideoRuleIsNamedByItselfOrByARelease(String text, VideoRule rule) {
    Settings settings = new Settings(Map.of("spark.qwenvl.video.positions", text));

    assertThat(RunSettings.from(settings, 1).engine().alternatives().videoRule()).isEqualTo(rule);
  }

  @Test
  void anUnknownChoiceIsRefusedAndTheKnownOnesAreNamed() {
    Settings settings =
        new Settings(
            Map.of(
                "spark.qwenvl.preprocessor", "pillow",
                "spark.qwenvl.media.scale16Bit", "yes"));

    assertThatThrownBy(() -> RunSettings.from(settings, 1))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContainingAll(
            "spark.qwenvl.preprocessor = \"pillow\": expected qwen-vl-utils/pillow or"
                + " transformers/torchvision (default qwen-vl-utils/pillow)",
            "spark.qwenvl.media.scale16Bit = \"yes\": expected true or false (default false)");
  }

  @Test
  void everySettingHasASentenceAndASoundDefault() {
    assertThat(RunSettings.ALL)
        .allSatisfy(
            setting -> {
              assertThat(setting.key()).startsWith(Settings.PREFIX);
              assertThat(setting.doc()).endsWith(".");
              assertThat(setting.parse(setting.defaultText())).isNotNull();
            });
  }
}
