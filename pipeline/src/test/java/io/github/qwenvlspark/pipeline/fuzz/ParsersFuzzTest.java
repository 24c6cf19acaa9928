package io.github.qwenvlspark.pipeline.fuzz;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.config.Tasks;
import io.github.qwenvlspark.runtime.QwenVl;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.chat.Conversation;
import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.media.FrameArchive;
import io.github.qwenvlspark.runtime.media.ImageDecoder;
import io.github.qwenvlspark.runtime.media.MediaBytes;
import io.github.qwenvlspark.runtime.media.MediaKind;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import io.github.qwenvlspark.runtime.media.PictureRules;
import io.github.qwenvlspark.runtime.schema.ResponseSchema;
import io.github.qwenvlspark.runtime.tokenizer.QwenTokenizer;
import io.github.qwenvlspark.runtime.verify.Measure;
import io.github.qwenvlspark.udfs.parse.AnswerFormat;
import io.github.qwenvlspark.udfs.parse.AnswerParser;
import io.github.qwenvlspark.udfs.parse.UnparsableAnswerException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a parser of ours is given, it gives a result or its documented failure, and soon. */
class ParsersFuzzTest {
  private static final Path FIXTURES = Path.of("../inference-runtime/src/test/resources/fixtures");
  private static final MediaLimits LIMITS = new MediaLimits(1 << 20, 1_000_000, 100, 100);

  private static final String SMALL_GOLDEN =
      """
      {"format": 1, "files": {"config.json": "00ff"},
       "pictures": {"a": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="},
       "cases": [{"name": "x", "input_ids": [1, 2], "greedy": [3],
        "messages": [{"role": "user", "content": [
         {"type": "image", "image": "a", "resized_height": 56, "resized_width": 84},
         {"type": "video", "video": ["a", "a"], "fps": 2.0}, {"type": "text", "text": "y"}]}]}]}
      """;

  @TempDir Path folder;

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<byte[]> files(Path directory, String end) {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(file -> file.toString().endsWith(end))
          .filter(file -> file.toFile().length() < 20_000)
          .sorted()
          .map(ParsersFuzzTest::bytes)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "config.json",
        "generation_config.json",
        "preprocessor_config.json",
        "tokenizer.json",
        "chat_template.jinja",
        "model.safetensors"
      })
  void aFileOfACheckpoint(String name) throws IOException {
    Path model = FIXTURES.resolve("tiny-model-f32");
    try (Stream<Path> files = Files.list(model)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    Path changed = folder.resolve(name);
    byte[] whole = Files.exists(changed) ? bytes(changed) : new byte[0];
    new Fuzzing("checkpoint-" + name, List.of(whole))
        .run(
            QwenVlException.class,
            input -> {
              Files.write(changed, input);
              Checkpoint checkpoint = Checkpoint.open(folder);
              if (name.equals("tokenizer.json")) {
                QwenTokenizer.open(checkpoint.tokenizerFile()).close();
              }
            });
  }

  @Test
  void aSafetensorsHeader() throws IOException {
    byte[] header =
        """
        {"a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, "__metadata__": {"format": "pt"}}\
        """
            .getBytes(StandardCharsets.UTF_8);
    Path model = FIXTURES.resolve("tiny-model-f32");
    Files.copy(model.resolve("config.json"), folder.resolve("config.json"));
    Files.copy(model.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
    new Fuzzing("safetensors", List.of(header))
        .run(
            QwenVlException.class,
            input -> {
              java.nio.ByteBuffer file =
                  java.nio.ByteBuffer.allocate(8 + input.length + 24)
                      .order(java.nio.ByteOrder.LITTLE_ENDIAN);
              file.putLong(input.length).put(input);
              Files.write(folder.resolve("model.safetensors"), file.array());
              Checkpoint.open(folder);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"adapter_config.json", "adapter_model.safetensors"})
  void aFileOfAnAdapter(String name) throws IOException {
    Path adapter = FIXTURES.resolve("lora/plain");
    for (String file : List.of("adapter_config.json", "adapter_model.safetensors")) {
      Files.copy(adapter.resolve(file), folder.resolve(file));
    }
    Checkpoint base = Checkpoint.open(FIXTURES.resolve("tiny-model-f32"));
    Path changed = folder.resolve(name);
    new Fuzzing("adapter-" + name, List.of(bytes(changed)))
        .run(
            QwenVlException.class,
            input -> {
              Files.write(changed, input);
              base.with(folder);
            });
  }

  @Test
  void aZipOfFrames() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String name : List.of("f10.png", "f9.png", "__MACOSX/f.png", "read.me", "a/b/1.JPG")) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(name.repeat(20).getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    }
    new Fuzzing("frames", List.of(bytes.toByteArray()))
        .run(QwenVlException.class, input -> FrameArchive.read(MediaBytes.of(input), LIMITS));
  }

  @Test
  void aGoldenFile() {
    Path golden = folder.resolve("golden.json");
    Path demo = Path.of("demo");
    new Fuzzing(
            "golden",
            List.of(
                bytes(demo.resolve("verify-golden.json")),
                SMALL_GOLDEN.getBytes(StandardCharsets.UTF_8)))
        .run(
            QwenVlException.class,
            input -> {
              Files.write(golden, input);
              QwenVl.verification(demo.resolve("qwen2.5-vl-demo")).comparedWith(golden);
            });
  }

  @Test
  void aTokenizerThatIsVerified() throws IOException {
    Path model = FIXTURES.resolve("tiny-model-f32");
    try (Stream<Path> files = Files.list(model)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    Path changed = folder.resolve("tokenizer.json");
    new Fuzzing("verified-tokenizer", List.of(bytes(changed)))
        .run(
            QwenVlException.class,
            input -> {
              Files.write(changed, input);
              QwenVl.verification(folder).only("tokenizer").run(ParsersFuzzTest::requireOurWords);
            });
  }

  /** A verification hides what a parser throws, but for its class. */
  private static void requireOurWords(Measure measure) {
    if (measure.detail().startsWith("ended with ")) {
      throw new IllegalStateException(measure.detail());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "png, png",
    "jpeg, jpg",
    "gif, gif",
    "bmp, bmp",
    "tiff, tif",
    "webp, webp",
  })
  void aPicture(String format, String end) {
    ImageDecoder decoder =
        new ImageDecoder(
            LIMITS,
            new PictureRules(
                PictureRules.Exif.APPLIED,
                PictureRules.WideGray.SCALED,
                PictureRules.REFERENCE.transparency()));
    new Fuzzing("picture-" + format, files(FIXTURES.resolve("images"), "." + end))
        .run(
            QwenVlException.class,
            input -> {
              MediaKind unused = MediaKind.of(Arrays.copyOf(input, Math.min(input.length, 1024)));
              decoder.decode(input);
            });
  }

  @Test
  void aConversation() {
    Fuzzing.ofText(
            "conversation",
            """
            [{"role": "system", "content": "x"}, {"role": "user", "content": [
             {"type": "image", "image": "a.png", "resized_height": 280, "resized_width": 420},
             {"type": "video", "video": ["a.png", "b.png"], "fps": 2.0},
             {"type": "video", "video": "a.mp4", "video_start": 1, "video_end": 2, "nframes": 4},
             {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}},
             {"type": "text", "text": "What?"}]}]
            """)
        .runText(
            QwenVlException.class,
            input ->
                Conversation.parse(input, LIMITS)
                    .load(
                        name -> {
                          throw new QwenVlException(
                              io.github.qwenvlspark.runtime.ErrorType.NOT_FOUND, "none");
                        },
                        LIMITS));
  }

  @Test
  void aResponseSchema() {
    Fuzzing.ofText(
            "schema",
            """
            {"type": "object", "properties": {
             "a": {"type": "string", "pattern": "^[A-Z]{2,5}(x|y)*$", "maxLength": 9},
             "b": {"type": "integer", "minimum": -5, "maximum": 100},
             "c": {"type": "array", "items": {"$ref": "#/$defs/d"}, "minItems": 1, "maxItems": 3},
             "e": {"enum": ["x", 1, null, true]}, "f": {"type": "number", "exclusiveMinimum": 0}},
             "required": ["a"], "additionalProperties": false,
             "$defs": {"d": {"anyOf": [{"type": "boolean"}, {"const": "z"}]}}}
            """)
        .runText(QwenVlException.class, ResponseSchema::check);
  }

  @ParameterizedTest
  @EnumSource(AnswerFormat.class)
  void anAnswer(AnswerFormat format) {
    Fuzzing.ofText(
            "answer-" + format,
            "```json\n[{\"bbox_2d\": [1, 2, 3, 4], \"label\": \"cup\"}, {\"point_2d\": [5, 6]}]\n```",
            "{\"vendor\": \"A\", \"total\": 12.5, \"items\": [{\"n\": 1}]}",
            "```html\n<div class=\"image\" data-bbox=\"1 2 3 4\"><table><tr><td>x</td></tr></table></div>\n"
                + "<h2 data-bbox=\"1 2 3 4\">T</h2>```",
            "[{\"start\": 1.5, \"end\": \"00:07\", \"description\": \"x\"}] 5 - 7 s: y",
            "<tool_call>{\"name\": \"click\", \"arguments\": {\"coordinate\": [1, 2]}}</tool_call>",
            "<points x1=\"1\" y1=\"2\" alt=\"a\">a</points> (1,2),(3,4)")
        .runText(UnparsableAnswerException.class, input -> AnswerParser.parse(format, input));
  }

  @Test
  void aTaskFile() throws IOException {
    Path file = folder.resolve("mine.yaml");
    new Fuzzing("task", files(Path.of("../conf/tasks"), ".yaml"))
        .run(
            BadRequestException.class,
            input -> {
              Files.write(file, input);
              Tasks tasks = Tasks.load(Optional.of(folder));
              for (String name : tasks.names()) {
                tasks.get(name, "Qwen2.5-VL-3B-Instruct");
              }
            });
  }
}
