package io.github.qwenvlspark.runtime.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.qwenvlspark.runtime.QwenVl;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import io.github.qwenvlspark.runtime.testing.PublishedTokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a certificate says of sound checkpoints, and of checkpoints with one wrong byte. */
class VerificationTest {
  private static final Path DEMO = Path.of("../pipeline/demo/qwen2.5-vl-demo");
  private static final Path GOLDEN = Path.of("../pipeline/demo/verify-golden.json");

  @TempDir Path temp;

  @Test
  void theDemoCheckpointIsVerifiedByItselfAndByTheReference() {
    Certificate certificate = QwenVl.verification(DEMO).comparedWith(GOLDEN).run(measure -> {});

    assertThat(certificate.measures())
        .as("%s", certificate)
        .allMatch(measure -> measure.verdict() == Verdict.GREEN && measure.cases() > 0);
    assertThat(certificate.verified()).isTrue();
    assertThat(certificate.fingerprint()).isEqualTo(QwenVl.inspect(DEMO).fingerprint());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-model-f32", "tiny-model-bf16", "tiny-qwen2-vl"})
  void withoutAListOfDigestsTheyAreOnlyRecorded(String model) {
    Certificate certificate = QwenVl.verification(Fixtures.path(model)).run(measure -> {});

    assertThat(certificate.red()).isEmpty();
    assertThat(measure(certificate, "files").verdict()).isEqualTo(Verdict.RECORDED);
    assertThat(certificate.files()).extracting(FileDigest::name).contains("tokenizer.json");
  }

  /** The vocabulary is Qwen2.5's, but tokens for tool calls and code came later. */
  @Test
  void theFewerAddedTokensOfQwen2VlAreGreen() throws IOException {
    Path folder = Files.createDirectories(temp.resolve("qwen2-vl"));
    try (Stream<Path> files = Files.list(Fixtures.path("tiny-qwen2-vl"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    PublishedTokenizer.open(folder).close();
    Path tokenizer = folder.resolve("tokenizer.json");
    ObjectMapper mapper = new ObjectMapper();
    JsonNode root = mapper.readTree(tokenizer.toFile());
    for (Iterator<JsonNode> all = root.path("added_tokens").elements(); all.hasNext(); ) {
      if (!all.next().path("special").asBoolean()) {
        all.remove();
      }
    }
    mapper.writeValue(tokenizer.toFile(), root);
    replaceOnce(folder.resolve("config.json"), "\"vocab_size\": 1088", "\"vocab_size\": 151936");
    replaceOnce(folder.resolve("config.json"), "1012", "151655");
    replaceOnce(folder.resolve("config.json"), "1013", "151656");
    replaceOnce(folder.resolve("config.json"), "1009", "151652");
    replaceOnce(folder.resolve("generation_config.json"), "1002", "151645");

    Certificate certificate = QwenVl.verification(folder).run(measure -> {});

    assertThat(measure(certificate, "tokenizer").verdict())
        .as("%s", measure(certificate, "tokenizer"))
        .isEqualTo(Verdict.GREEN);
  }

  @Test
  void aChangedByteOfAWeightIsRed() throws IOException {
    Path folder = copyOfDemo();
    flip(folder.resolve("model.safetensors"), Files.size(folder.resolve("model.safetensors")) / 2);

    Certificate certificate = QwenVl.verification(folder).run(measure -> {});

    assertThat(certificate.red()).containsExactly("files");
    assertThat(measure(certificate, "files").detail()).contains("model.safetensors");
  }

  @Test
  void aChangedByteOfAWeightIsRedByTheReferenceAloneToo() throws IOException {
    Path folder = copyOfDemo();
    Files.delete(folder.resolve(KnownDigest.LIST));
    // The high byte of a bfloat16 weight: its exponent.
    flip(folder.resolve("model.safetensors"), Files.size(folder.resolve("model.safetensors")) - 1);

    Certificate certificate = QwenVl.verification(folder).comparedWith(GOLDEN).run(measure -> {});

    assertThat(certificate.red()).contains("golden files", "golden logits");
  }

  @ParameterizedTest(name = "byte {0}")
  @ValueSource(longs = {0, 5, 9, 40, 200})
  void aBrokenHeaderOfTheWeightsIsRedAndTheOtherMeasuresAreTaken(long at) throws IOException {
    Path folder = copyOfDemo();
    flip(folder.resolve("model.safetensors"), at);

    Certificate certificate = QwenVl.verification(folder).run(measure -> {});

    assertThat(certificate.red()).contains("files");
    assertThat(measure(certificate, "sizes").verdict()).isEqualTo(Verdict.GREEN);
    assertThat(certificate.measures()).hasSize(15);
  }

  @Test
  void aChangedByteOfTheTemplateIsRed() throws IOException {
    Path folder = copyOfDemo();
    replaceOnce(folder.resolve("chat_template.json"), "helpful", "hopeful");

    Certificate certificate = QwenVl.verification(folder).run(measure -> {});

    assertThat(certificate.red()).contains("files", "template");
    assertThat(measure(certificate, "template").detail()).contains("SHA-256");
  }

  @Test
  void aChangedByteOfTheTokenizerIsRedWithoutAnyList() throws IOException {
    Path folder = copyOfDemo();
    Files.delete(folder.resolve(KnownDigest.LIST));
    String json = Files.readString(folder.resolve("tokenizer.json"));
    JsonNode merges = new ObjectMapper().readTree(json).path("model").path("merges");
    String last = merges.path(merges.size() - 1).path(0).asText();

    List<String[]> changes =
        List.of(
            new String[] {"\"NFC\"", "\"NFD\""},
            new String[] {"<|im_end|>", "<|im_and|>"},
            new String[] {"\\\\p{N}|", "\\\\p{L}|"},
            new String[] {"\"" + last + "\"", "\"q" + last.substring(1) + "\""});
    for (String[] change : changes) {
      Files.writeString(folder.resolve("tokenizer.json"), json);
      replaceOnce(folder.resolve("tokenizer.json"), change[0], change[1]);

      assertThat(QwenVl.verification(folder).run(measure -> {}).red())
          .as("%s for %s", change[1], change[0])
          .contains("tokenizer");
    }
  }

  @Test
  void aFileThatCameInLaterIsRed() throws IOException {
    Path folder = copyOfDemo();
    Files.copy(folder.resolve("chat_template.json"), folder.resolve("chat_template.jinja"));

    Measure files = measure(QwenVl.verification(folder).run(measure -> {}), "files");

    assertThat(files.verdict()).isEqualTo(Verdict.RED);
    assertThat(files.detail()).contains("chat_template.jinja is not listed");
  }

  @Test
  void theHubsOwnDigestsAreRead() throws IOException {
    Path folder = copyOfDemo();
    Files.delete(folder.resolve(KnownDigest.LIST));
    Path blobs = Files.createDirectories(temp.resolve("blobs"));
    FileDigest weights = digest(folder, "model.safetensors");
    Path blob = Files.move(folder.resolve("model.safetensors"), blobs.resolve(weights.sha256()));
    Files.createSymbolicLink(folder.resolve("model.safetensors"), blob);
    Path records = Files.createDirectories(folder.resolve(".cache/huggingface/download"));
    Files.writeString(
        records.resolve("config.json.metadata"),
        "commit\n%s\n1700000000.0\n".formatted(digest(folder, "config.json").gitBlob()));

    Measure green = measure(QwenVl.verification(folder).run(measure -> {}), "files");
    assertThat(green.verdict()).isEqualTo(Verdict.GREEN);
    assertThat(green.cases()).isEqualTo(2);

    flip(folder.resolve("config.json"), Files.size(folder.resolve("config.json")) - 1);
    Measure red = measure(QwenVl.verification(folder).run(measure -> {}), "files");
    assertThat(red.detail()).contains("config.json", "record of the hub's download");
  }

  @Test
  void aListThatCannotBeReadIsRedWithItsLine() throws IOException {
    Path folder = copyOfDemo();
    Files.writeString(folder.resolve(KnownDigest.LIST), "\nMD5 (config.json) = 00\n");

    Measure files = measure(QwenVl.verification(folder).run(measure -> {}), "files");

    assertThat(files.verdict()).isEqualTo(Verdict.RED);
    assertThat(files.detail()).contains("SHA256SUMS, line 2", "sha256sum");
  }

  static Stream<Arguments> differences() {
    return Stream.of(
        Arguments.of("golden files", "/files/config.json", "\"" + "0".repeat(64) + "\""),
        Arguments.of("golden prompts", "/cases/0/input_ids/3", "7"),
        Arguments.of("golden pixels", "/cases/2/visuals/0/sha256", "\"0\""),
        Arguments.of("golden pixels", "/cases/2/visuals/0/grid/1", "8"),
        Arguments.of("golden positions", "/cases/5/positions/0/40", "3"),
        Arguments.of("golden logits", "/cases/0/logits/values/5", "99.5"),
        Arguments.of("golden answers", "/cases/6/greedy/4", "17"));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("differences")
  void whatTheOtherStackSaidOtherwiseIsRedInItsOwnMeasure(
      String measure, String place, String value) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    JsonNode golden = mapper.readTree(GOLDEN.toFile());
    int slash = place.lastIndexOf('/');
    JsonNode parent = golden.at(place.substring(0, slash));
    String key = place.substring(slash + 1);
    if (parent instanceof ArrayNode list) {
      list.set(Integer.parseInt(key), mapper.readTree(value));
    } else {
      ((ObjectNode) parent).set(key, mapper.readTree(value));
    }
    if (key.equals("sha256")) {
      ((ArrayNode) parent.path("sample")).set(9, mapper.readTree("0.5"));
    }
    Path file = temp.resolve("golden.json");
    mapper.writeValue(file.toFile(), golden);

    assertThat(QwenVl.verification(DEMO).comparedWith(file).run(m -> {}).red())
        .containsExactly(measure);
  }

  @Test
  void whatIsNoCheckpointOrNoGoldenFileIsRefused() throws IOException {
    assertThatThrownBy(() -> QwenVl.verification(temp))
        .isInstanceOf(QwenVlException.class)
        .hasMessageContaining("no config.json there");
    Path file = Files.writeString(temp.resolve("golden.json"), "{\"format\": 2}");
    assertThatThrownBy(() -> QwenVl.verification(DEMO).comparedWith(file))
        .isInstanceOf(QwenVlException.class)
        .hasMessageContaining("format 1 is expected");
    assertThatThrownBy(() -> QwenVl.verification(DEMO).comparedWith(temp.resolve("none.json")))
        .isInstanceOf(QwenVlException.class)
        .hasMessageContainingAll("none.json", "docs/verify-golden.py");
  }

  private static FileDigest digest(Path folder, String name) {
    return FileDigest.of(folder).stream()
        .filter(file -> file.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Measure measure(Certificate certificate, String name) {
    return certificate.measures().stream()
        .filter(measure -> measure.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private Path copyOfDemo() throws IOException {
    Path folder = Files.createDirectories(temp.resolve("demo"));
    try (Stream<Path> files = Files.list(DEMO)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    return folder;
  }

  private static void flip(Path file, long at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) at] ^= 1 << 2;
    Files.write(file, bytes);
  }

  private static void replaceOnce(Path file, String old, String replacement) throws IOException {
    String text = Files.readString(file, StandardCharsets.UTF_8);
    assertThat(text).contains(old);
    int at = text.indexOf(old);
    Files.writeString(
        file, text.substring(0, at) + replacement + text.substring(at + old.length()));
  }
}
