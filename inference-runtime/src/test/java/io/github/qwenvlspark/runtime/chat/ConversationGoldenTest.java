package io.github.qwenvlspark.runtime.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.qwenvlspark.runtime.Alternatives;
import io.github.qwenvlspark.runtime.Part;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.Clip;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import io.github.qwenvlspark.runtime.media.VideoReader;
import io.github.qwenvlspark.runtime.preprocess.ImageGrid;
import io.github.qwenvlspark.runtime.preprocess.Normalization;
import io.github.qwenvlspark.runtime.preprocess.PixelLimits;
import io.github.qwenvlspark.runtime.preprocess.PreparedVisual;
import io.github.qwenvlspark.runtime.preprocess.Size;
import io.github.qwenvlspark.runtime.preprocess.VisualPreprocessor;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import io.github.qwenvlspark.runtime.prompt.ChatTemplate;
import io.github.qwenvlspark.runtime.prompt.PromptText;
import io.github.qwenvlspark.runtime.prompt.VisionIds;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import io.github.qwenvlspark.runtime.testing.GoldenJson;
import io.github.qwenvlspark.runtime.testing.Pixels;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the reference makes of messages, asked through their JSON: prompts, sizes, frames. The cases
 * are those that the rooms behind prove part by part.
 */
class ConversationGoldenTest {
  private static final MediaSource FILES =
      new LocalFiles(Fixtures.path("images/files"), MediaLimits.DEFAULT);
  private static final VisualPreprocessor PREPROCESSOR =
      new VisualPreprocessor(
          new PixelLimits(3136, 12845056),
          new Normalization(
              new float[] {0.48145466f, 0.4578275f, 0.40821073f},
              new float[] {0.26862954f, 0.26130258f, 0.27577711f}));
  private static final byte[] PICTURE = Pixels.bytes("images/files/rgb_odd.png");
  private static final byte[] CLIP = Pixels.bytes("videos/files/h264.mp4");
  private static final MediaSource ANYTHING = name -> name.endsWith(".mp4") ? CLIP : PICTURE;

  /** The template renders these, and qwen-vl-utils or our own care for the user refuses them. */
  private static final Set<String> REFUSED =
      Set.of("type image without any image key", "part with an unknown type is dropped");

  private static Stream<Arguments> conversations(boolean refused) {
    return GoldenJson.cases("text/chat_template.json", "cases")
        .filter(golden -> REFUSED.contains(golden.path("name").asText()) == refused)
        .map(golden -> Arguments.of(golden.path("name").asText(), golden));
  }

  static Stream<Arguments> accepted() {
    return conversations(false);
  }

  static Stream<Arguments> refused() {
    return conversations(true);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("accepted")
  void promptsEqualTheReference(String name, JsonNode golden) {
    String json =
        golden
            .path("messages")
            .toString()
            .replace("AAAA", Base64.getEncoder().encodeToString(PICTURE));
    ChatTemplate template =
        ChatTemplate.of(
            GoldenJson.read("tiny-model-f32/chat_template.json").path("chat_template").asText());
    VisionIds ids =
        golden.path("options").path("add_vision_id").asBoolean()
            ? VisionIds.SHOWN
            : VisionIds.HIDDEN;

    PromptText text =
        template.renderTurns(
            Conversation.parse(json, MediaLimits.DEFAULT).load(ANYTHING, MediaLimits.DEFAULT),
            ids,
            new PromptText(Set.of()));

    boolean open = golden.path("options").path("add_generation_prompt").asBoolean();
    assertThat(text + (open ? "<|im_start|>assistant\n" : ""))
        .isEqualTo(golden.path("text").asText());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void whatOnlyTheTemplateWouldTakeIsRefused(String name, JsonNode golden) {
    assertThatThrownBy(
            () -> Conversation.parse(golden.path("messages").toString(), MediaLimits.DEFAULT))
        .isInstanceOf(QwenVlException.class)
        .hasMessageContaining("messages[0].content[0]");
  }

  static Stream<Arguments> frames() {
    return GoldenJson.cases("sizes/smart_nframes.json", "cases")
        .map(golden -> Arguments.of(golden.path("ele").toString(), golden));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("frames")
  void chosenFramesEqualTheReference(String ele, JsonNode golden) {
    int total = golden.path("total_frames").asInt();
    double fps = golden.path("video_fps").asDouble();
    if (golden.has("error")) {
      assertThatThrownBy(() -> clip(golden.path("ele")).frames().choose(total, fps))
          .isInstanceOf(QwenVlException.class);
      return;
    }
    int[] indices = clip(golden.path("ele")).frames().choose(total, fps);

    assertThat(indices).hasSize(golden.path("nframes").asInt());
    if (golden.has("indices")) {
      assertThat(IntStream.of(indices).boxed().toList())
          .isEqualTo(GoldenJson.ints(golden.path("indices")));
    } else {
      assertThat(IntStream.of(indices).asLongStream().sum())
          .isEqualTo(golden.path("indices_sum").asLong());
    }
  }

  static Stream<Arguments> budgets() {
    return GoldenJson.cases("sizes/video_budget.json", "cases")
        .map(golden -> Arguments.of(golden.path("ele").toString(), golden));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("budgets")
  void frameSizesEqualTheReference(String ele, JsonNode golden) {
    VisualSize size = clip(golden.path("ele")).size();
    Size frame = new Size(golden.path("height").asInt(), golden.path("width").asInt());
    int frames = golden.path("nframes").asInt();
    List<Integer> resized = GoldenJson.ints(golden.path("resized"));
    if (resized.contains(0)) {
      assertThatThrownBy(() -> PREPROCESSOR.frameSize(frame, frames, size))
          .isInstanceOf(QwenVlException.class);
    } else {
      assertThat(PREPROCESSOR.frameSize(frame, frames, size))
          .isEqualTo(new Size(resized.get(0), resized.get(1)));
    }
  }

  private static Piece.Clip clip(JsonNode ele) {
    ObjectNode part = ele.deepCopy();
    part.put("video", "a.mp4");
    return (Piece.Clip)
        Conversation.parse(
                "[{\"role\": \"user\", \"content\": [%s]}]".formatted(part), MediaLimits.DEFAULT)
            .turns()
            .get(0)
            .content()
            .get(0);
  }

  static Stream<Arguments> clips() {
    return GoldenJson.cases("videos/videos.json", "cases")
        .map(golden -> Arguments.of(golden.path("file") + " " + golden.path("ele"), golden));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("clips")
  void clipsOfEachMessageEqualTheReference(String name, JsonNode golden) {
    Piece.Clip piece = clip(golden.path("ele"));

    Clip clip =
        VideoReader.read(
            Pixels.bytes("videos/files/" + golden.path("file").asText()),
            piece.span(),
            piece.frames(),
            MediaLimits.DEFAULT);

    assertThat(clip.sampleFps()).isEqualTo(golden.path("sample_fps").asDouble());
    ByteArrayOutputStream pixels = new ByteArrayOutputStream();
    clip.frames().forEach(frame -> pixels.writeBytes(frame.rgb()));
    assertThat(Pixels.sha256(pixels.toByteArray()))
        .isEqualTo(golden.path("frames_sha256").asText());
    Size frame = new Size(golden.path("height").asInt(), golden.path("width").asInt());
    Size resized = PREPROCESSOR.frameSize(frame, clip.frames().size(), piece.size());
    assertThat(GoldenJson.ints(golden.path("resized")))
        .containsExactly(resized.height(), resized.width());
  }

  static Stream<Arguments> lists() {
    return GoldenJson.cases("videos/lists.json", "cases")
        .map(golden -> Arguments.of(golden.path("files") + " " + golden.path("ele"), golden));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lists")
  void clipsAsListsOfPicturesEqualTheReference(String name, JsonNode golden) {
    ObjectNode part = golden.path("ele").deepCopy();
    part.set("video", golden.path("files"));

    Part.Frames clip = (Part.Frames) load(part);
    PreparedVisual prepared = PREPROCESSOR.frames(clip.pictures(), clip.size());

    ImageGrid grid = prepared.pixels().grid();
    assertThat(GoldenJson.ints(golden.path("video_grid_thw")))
        .containsExactly(grid.t(), grid.h(), grid.w());
    assertThat(Pixels.sha256(prepared.pixels().values()))
        .isEqualTo(golden.path("pixel_values_videos_sha256").asText());
    assertThat(clip.fps()).isEqualTo(golden.path("ele").path("fps").asDouble(2));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lists")
  void picturesThatAreResizedAsTheyComeEqualTheReferenceToo(String name, JsonNode golden) {
    ObjectNode part = golden.path("ele").deepCopy();
    part.set("video", golden.path("files"));

    Part.Resized clip =
        (Part.Resized)
            conversation(part)
                .load(FILES, MediaLimits.DEFAULT, Alternatives.REFERENCE, PREPROCESSOR::frameFit)
                .get(0)
                .content()
                .get(0);

    PreparedVisual prepared = PREPROCESSOR.resized(clip.frames(), clip.original());
    assertThat(Pixels.sha256(prepared.pixels().values()))
        .isEqualTo(golden.path("pixel_values_videos_sha256").asText());
    assertThat(clip.sampleFps()).isEqualTo(golden.path("ele").path("fps").asDouble(2));
  }

  private static Conversation conversation(JsonNode part) {
    return Conversation.parse(
        "[{\"role\": \"user\", \"content\": [%s]}]".formatted(part), MediaLimits.DEFAULT);
  }

  /** The part, with files of the picture fixtures. */
  private static Part load(JsonNode part) {
    return conversation(part).load(FILES, MediaLimits.DEFAULT).get(0).content().get(0);
  }

  static Stream<Arguments> pictures() {
    return GoldenJson.cases("images/images.json", "images")
        .filter(golden -> !golden.has("error"))
        .map(golden -> Arguments.of(golden.path("file").asText(), golden));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pictures")
  void pictureSizesOfEachMessageEqualTheReference(String file, JsonNode golden) {
    ObjectNode part = golden.path("keys").deepCopy();
    part.put("image", "file://" + file);

    assertThat(load(part))
        .isInstanceOfSatisfying(
            Part.Image.class,
            image ->
                assertThat(PREPROCESSOR.image(image.pixels(), image.size()).resized())
                    .isEqualTo(
                        new Size(
                            golden.path("resized_height").asInt(),
                            golden.path("resized_width").asInt())));
  }
}
