package io.github.qwenvlspark.runtime.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.runtime.Alternatives;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.Message;
import io.github.qwenvlspark.runtime.Part;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.MediaKind;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import io.github.qwenvlspark.runtime.media.PictureRules;
import io.github.qwenvlspark.runtime.preprocess.Size;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import io.github.qwenvlspark.runtime.testing.Pixels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConversationTest {
  private static final byte[] PICTURE = Pixels.bytes("images/files/rgb_odd.png");
  private static final byte[] CLIP = Pixels.bytes("videos/files/h264.mp4");

  @TempDir Path folder;
  private final List<String> asked = new ArrayList<>();

  private List<Message> load(String json) {
    return Conversation.parse(json.replace('\'', '"'), MediaLimits.DEFAULT)
        .load(
            name -> {
              asked.add(name);
              return name.endsWith(".mp4") ? CLIP : PICTURE;
            },
            MediaLimits.DEFAULT);
  }

  private Part part(String json) {
    return load("[{'role': 'user', 'content': [%s]}]".formatted(json)).get(0).content().get(0);
  }

  @Test
  void textIsAStringOrAPartAndRolesAreCopied() {
    List<Message> messages =
        load(
            """
            [{'role': 'system', 'content': 'Be brief.'},
             {'role': 'user', 'content': [{'type': 'text', 'text': ' a\\n'}, {'text': 'b'}], 'name': 'Ann'},
             {'role': 'tool', 'content': []}]
            """);

    assertThat(messages)
        .containsExactly(
            new Message("system", List.of(new Part.Text("Be brief."))),
            new Message("user", List.of(new Part.Text(" a\n"), new Part.Text("b"))),
            new Message("tool", List.of()));
  }

  @Test
  void anObjectWithTheOneKeyMessagesIsTheSame() {
    assertThat(load("{'messages': [{'role': 'user', 'content': 'x'}]}"))
        .isEqualTo(load("[{'role': 'user', 'content': 'x'}]"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type': 'image', 'image': 'a.png'}",
        "{'image': 'a.png'}",
        "{'type': 'image_url', 'image_url': {'url': 'a.png', 'detail': 'high'}}",
        "{'image_url': 'a.png'}",
        "{'image': 'a.png', 'image_url': 'b.png'}",
        "{'image': 'a.png', 'video': 'c.mp4', 'text': 'lost'}",
        "{'type': 'video', 'image': 'a.png'}",
        "{'type': 'image', 'text': null, 'video': null, 'image': 'a.png', 'min_pixels': null}"
      })
  void everyFormOfAPictureIsAPicture(String json) {
    assertThat(part(json)).isInstanceOf(Part.Image.class);
    assertThat(asked).containsExactly("a.png");
  }

  @Test
  void aPictureWithinTheJsonIsDecodedWhereItStands() {
    String base64 = Base64.getEncoder().encodeToString(PICTURE);

    Part.Image image =
        (Part.Image) part("{'image_url': {'url': 'data:image/png;base64,%s'}}".formatted(base64));

    assertThat(image.pixels().width()).isEqualTo(101);
    assertThat(asked).isEmpty();
  }

  @Test
  void picturesAreDecodedByTheRulesAskedFor() {
    Conversation conversation =
        Conversation.parse(
            "[{\"role\": \"user\", \"content\": [{\"image\": \"jpeg_exif_6.jpg\"}]}]",
            MediaLimits.DEFAULT);
    LocalFiles files = new LocalFiles(Fixtures.path("images/files"), MediaLimits.DEFAULT);
    Alternatives upright = Alternatives.REFERENCE.with(PictureRules.Exif.APPLIED);

    Part stored = conversation.load(files, MediaLimits.DEFAULT).get(0).content().get(0);
    Part turned = conversation.load(files, MediaLimits.DEFAULT, upright).get(0).content().get(0);

    assertThat(((Part.Image) stored).pixels().width()).isEqualTo(64);
    assertThat(((Part.Image) turned).pixels().width()).isEqualTo(40);
  }

  @Test
  void aPartSaysItsOwnSizes() {
    Part.Image image =
        (Part.Image) part("{'image': 'a.png', 'min_pixels': 3136.0, 'max_pixels': 9408}");

    assertThat(image.size()).isEqualTo(VisualSize.between(3136, 9408));
    assertThat(((Part.Video) part("{'video': 'a.mp4', 'total_pixels': 31360}")).size())
        .isEqualTo(
            new VisualSize(
                OptionalInt.empty(), OptionalInt.empty(), OptionalInt.of(31360), Optional.empty()));
  }

  @Test
  void bothResizedSidesAreNeededAndOneAloneIsIgnored() {
    assertThat(
            ((Part.Image) part("{'image': 'a', 'resized_height': 60, 'resized_width': 90}")).size())
        .isEqualTo(VisualSize.exactly(new Size(60, 90)));
    assertThat(((Part.Image) part("{'image': 'a', 'resized_height': 60}")).size())
        .isEqualTo(VisualSize.DEFAULT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'video': 'a.mp4'} | 4 | 2.6666667",
        "{'type': 'video', 'video': {'url': 'a.mp4'}, 'fps': 4} | 6 | 4",
        "{'video': 'a.mp4', 'nframes': 6} | 6 | 4",
        "{'video': 'a.mp4', 'fps': 30, 'max_frames': 10} | 10 | 6.6666667",
        "{'video': 'a.mp4', 'fps': 0.1, 'min_frames': 8} | 8 | 5.3333333",
        "{'video': 'a.mp4', 'video_start': 0.5, 'video_end': 1.2} | 4 | 5.4545455"
      })
  void aClipSaysItsOwnFrames(String json, int frames, double sampleFps) {
    Part.Video video = (Part.Video) part(json);

    assertThat(video.frames()).hasSize(frames);
    assertThat(video.sampleFps()).isCloseTo(sampleFps, Offset.offset(1e-6));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'video': ['a', 'b', 'c']} | 3 | 2",
        "{'video': ['a', {'url': 'b'}], 'fps': 0.5, 'sample_fps': 9} | 2 | 0.5",
        "{'type': 'video', 'video': ['a'], 'sample_fps': 3} | 1 | 3"
      })
  void aListOfPicturesIsAClip(String json, int pictures, double fps) {
    Part.Frames clip = (Part.Frames) part(json);

    assertThat(clip.pictures()).hasSize(pictures);
    assertThat(clip.fps()).isEqualTo(fps);
  }

  @Test
  void referencesAreListedInOrderWithoutThoseWithin() {
    Conversation conversation =
        Conversation.parse(
            """
            [{"role": "user", "content": [{"image": "file:///a b.png"}, {"image": "data:image/png;base64,AAAA"},
              {"video": ["c.png", "d.png"]}]},
             {"role": "user", "content": [{"video": "s3a://e/f.mp4"}, {"image": "file:///a b.png"}]}]
            """,
            MediaLimits.DEFAULT);

    assertThat(conversation.references())
        .containsExactly("file:///a b.png", "c.png", "d.png", "s3a://e/f.mp4", "file:///a b.png");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "not json | messages: no valid JSON at line 1, column",
        "[] | messages: a list of at least one message is needed",
        "7 | messages: a list of at least one message is needed",
        "[{'role': 'user', 'content': 'x'}] [] | messages: no valid JSON at line 1, column 36",
        "{'messages': [], 'model': 'gpt'} | with the one key messages",
        "['x'] | messages[0]: an object with role and content is needed",
        "[{'content': 'x'}] | messages[0].role: text is needed",
        "[{'role': ' ', 'content': 'x'}] | messages[0].role: a role is needed",
        "[{'role': 'user'}] | messages[0].content: text or a list of parts is needed",
        "[{'role': 'user', 'content': null}] | messages[0].content: text or a list of parts",
        "[{'role': 'user', 'content': ['x']}] | messages[0].content[0]: an object such as"
      })
  void aBrokenConversationSaysWhere(String json, String message) {
    assertInvalid(() -> load(json), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'type': 'audio', 'audio': 'a'} | .type: none of image, image_url, video, text",
        "{'type': 7, 'text': 'a'} | .type: text is needed",
        "{'type': 'image'} | .image: a part of type image needs its reference here",
        "{'type': 'image', 'video': 'a.mp4'} | .image: a part of type image needs",
        "{'type': 'image_url', 'url': 'a'} | .image_url: a part of type image_url needs",
        "{'type': 'video', 'text': 'a'} | .video: a part of type video needs",
        "{'type': 'text'} | : one of the keys image, image_url, video, text is needed",
        "{'text': 5} | .text: text is needed",
        "{'image': 5} | .image: a path, a URI or an object with a url is needed",
        "{'image': {'uri': 'a'}} | .image.url: a path, a URI or an object",
        "{'image': ['a']} | .image: a path, a URI or an object",
        "{'image': ' '} | .image: the reference is empty",
        "{'image': 'data:image/png,AAAA'} | .image: a data: URI must be in base64",
        "{'image': 'data:image/png;base64,A'} | .image: the base64 is broken",
        "{'image': 'a', 'min_pixels': '3'} | .min_pixels: a whole number from 0 to 1,000,000,000",
        "{'image': 'a', 'max_pixels': 0} | .max_pixels: a whole number from 1 to",
        "{'image': 'a', 'max_pixels': 1e30} | .max_pixels: a whole number from 1 to",
        "{'image': 'a', 'resized_height': 2.5} | .resized_height: a whole number from 1",
        "{'video': 'a.mp4', 'fps': 2, 'nframes': 4} | : fps and nframes contradict each other",
        "{'video': 'a.mp4', 'fps': 0} | .fps: a number above 0 is needed",
        "{'video': 'a.mp4', 'fps': true} | .fps: a number from 0",
        "{'video': 'a.mp4', 'nframes': 0} | .nframes: a whole number from 1",
        "{'video': 'a.mp4', 'nframes': 46} | .video: 46 frames cannot be sampled from a clip of 45",
        "{'video': 'a.mp4', 'video_start': -1} | .video_start: a number from 0",
        "{'video': 'a.mp4', 'video_start': 2, 'video_end': 1} | .video_end: this is before",
        "{'video': 'a.mp4', 'video_start': 9} | .video: 0 frames cannot be sampled from a clip of 1",
        "{'video': []} | .video: a list of at least one picture is needed",
        "{'video': ['a', 5]} | .video[1]: a path, a URI or an object"
      })
  void aBrokenPartSaysWhere(String json, String message) {
    assertInvalid(() -> part(json), "messages[0].content[0]" + message);
  }

  @Test
  void whatIsNestedTooDeepIsNoValidJson() {
    assertInvalid(() -> load("[".repeat(100_000)), "messages: no valid JSON");
    assertInvalid(() -> load("[" + "1".repeat(100_000) + "]"), "messages: no valid JSON");
  }

  private static void assertInvalid(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(QwenVlException.class)
        .hasMessageContaining(message)
        .extracting(e -> ((QwenVlException) e).type())
        .isEqualTo(ErrorType.INVALID_REQUEST);
  }

  @ParameterizedTest
  @CsvSource({"1000, '11,000'", "20, 220"})
  void bareBase64IsNotGuessedAndNotQuoted(int repeats, String length) {
    String base64 = "iVBORw0KGgo".repeat(repeats);

    assertThatThrownBy(() -> part("{'image': '%s'}".formatted(base64)))
        .isInstanceOf(QwenVlException.class)
        .hasMessage(
            "messages[0].content[0].image: %s characters are no path or URI; base64 needs data:image/...;base64, before it"
                .formatted(length));
  }

  @Test
  void aConversationSaysWhatItShows() {
    String json =
        "[{\"role\": \"user\", \"content\": [{\"text\": \"a\"}, {\"video\": [\"b.png\"]}, {\"video\": \"c.mp4\"}]}]";

    assertThat(Conversation.parse(json, MediaLimits.DEFAULT).kinds())
        .containsExactly(MediaKind.VIDEO);
    assertThat(
            Conversation.parse(
                    json.replace("c.mp4", "c").replace("video\": \"c", "image\": \"c"),
                    MediaLimits.DEFAULT)
                .kinds())
        .containsExactly(MediaKind.IMAGE, MediaKind.VIDEO);
  }

  static Stream<String> secrets() {
    return Stream.of(
        "[{'role': 'user', 'content': [{'text': 'IBAN DE89'}, {'type': 'IBAN DE89'}]}]",
        "[{'role': 'user', 'content': [{'image': 'a', 'min_pixels': 'IBAN DE89'}]}]",
        "[{'role': 'user', 'content': 'IBAN DE89'",
        "IBAN DE89",
        "[{'role': 'user', 'content': 'IBAN DE89', IBAN}]");
  }

  @ParameterizedTest
  @MethodSource("secrets")
  void noMessageQuotesAValue(String json) {
    assertThatThrownBy(() -> load(json))
        .isInstanceOf(QwenVlException.class)
        .hasNoCause()
        .message()
        .doesNotContain("IBAN");
  }

  @Test
  void thePicturesOfARequestAreCountedBeforeAnyIsRead() {
    String json = "[{'role': 'user', 'content': [{'image': 'a'}, {'video': ['b', 'c']}]}]";
    MediaLimits two = new MediaLimits(1 << 20, 1 << 20, 1, 1, 2);

    assertThatThrownBy(() -> Conversation.parse(json.replace('\'', '"'), two))
        .isInstanceOf(QwenVlException.class)
        .hasMessage("3 pictures and clips exceed 2 (spark.qwenvl.media.maxPerRequest)")
        .extracting(e -> ((QwenVlException) e).type())
        .isEqualTo(ErrorType.TOO_LARGE);
  }

  @Test
  void failuresOfMediaKeepTheirTypeAndGetTheirPlace() {
    MediaLimits few = new MediaLimits(1 << 20, 100, 1, 44);
    String picture = Base64.getEncoder().encodeToString(PICTURE);

    assertThatThrownBy(() -> data("image", picture, few))
        .hasMessage(
            "messages[0].content[0].image: 6,767 pixels exceed 100 (spark.qwenvl.media.maxPixels)");
    assertThatThrownBy(() -> data("image", picture, new MediaLimits(100, 1 << 20, 1, 1)))
        .hasMessageContaining("messages[0].content[0].image: ")
        .hasMessageContaining("bytes exceed 100 (spark.qwenvl.media.maxBytes)");
    assertThatThrownBy(() -> data("image", "AAAA", MediaLimits.DEFAULT))
        .extracting(e -> ((QwenVlException) e).type())
        .isEqualTo(ErrorType.UNSUPPORTED_MEDIA);
  }

  private static void data(String key, String base64, MediaLimits limits) {
    Conversation.parse(
            "[{\"role\": \"user\", \"content\": [{\"%s\": \"data:image/png;base64,%s\"}]}]"
                .formatted(key, base64),
            limits)
        .load(
            name -> {
              throw new IllegalStateException(name);
            },
            limits);
  }

  @Test
  void localFilesAreReadUndecodedAndOthersAreTyped() throws IOException {
    Files.write(folder.resolve("a%20b.png"), PICTURE);
    LocalFiles files = new LocalFiles(folder, MediaLimits.DEFAULT);

    assertThat(files.read("a%20b.png")).isEqualTo(PICTURE);
    assertThat(files.read("file://" + folder.resolve("a%20b.png"))).isEqualTo(PICTURE);
    assertThat(files.read("file://a%20b.png")).isEqualTo(PICTURE);
    assertThat(
            new LocalFiles(Fixtures.path("images"), MediaLimits.DEFAULT).read("files/rgb_odd.png"))
        .isEqualTo(PICTURE);
    assertType(() -> files.read("missing.png"), ErrorType.NOT_FOUND);
    assertType(() -> files.read("."), ErrorType.UNSUPPORTED_MEDIA);
    assertType(() -> files.read("/dev/zero"), ErrorType.UNSUPPORTED_MEDIA);
    assertType(() -> files.read("http://example.org/a.png"), ErrorType.UNSUPPORTED_MEDIA);
    assertType(() -> files.read("a\0b"), ErrorType.INVALID_REQUEST);
    assertType(
        () -> new LocalFiles(folder, new MediaLimits(10, 1, 1, 1)).read("a%20b.png"),
        ErrorType.TOO_LARGE);
  }

  private static void assertType(ThrowingCallable call, ErrorType type) {
    assertThatThrownBy(call)
        .isInstanceOf(QwenVlException.class)
        .extracting(e -> ((QwenVlException) e).type())
        .isEqualTo(type);
  }
}
