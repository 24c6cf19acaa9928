package io.github.qwenvlspark.runtime.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.runtime.checkpoint.ModelConfig;
import io.github.qwenvlspark.runtime.tokenizer.QwenTokenizer;
import io.github.qwenvlspark.runtime.verify.TokenizerFile.Merge;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The checkpoint's tokenizer. For every vocabulary: the file is consistent in itself (ids without
 * gaps, every token reachable by a merge, the normaliser, splitter and added tokens of Qwen2.5),
 * its special ids are those of the configuration, every id decodes to the bytes of its token, and
 * strings come back as the reference gives them back. For the published vocabulary also: ids and
 * texts equal the reference's.
 */
record TokenizerCheck() implements Check {
  @Override
  public String name() {
    return "tokenizer";
  }

  @Override
  public Measure take(Subject subject) {
    TokenizerFile file = TokenizerFile.read(subject.checkpoint().tokenizerFile());
    JsonNode golden = Shipped.json("tokenizer.json.gz");
    Tally tally = Tally.exact(name());
    vocabulary(file, tally);
    parts(file, golden, tally);
    addedTokens(file, golden.path("added_tokens"), tally);
    specialIds(file, subject, tally);
    everyId(file, subject.tokenizer(), tally);
    boolean published = file.vocabularySha256().equals(golden.path("vocabulary_sha256").asText());
    strings(file, golden, subject.tokenizer(), published, tally);
    return tally.measure(
        published
            ? "published vocabulary: ids and texts of the reference"
            : "own vocabulary of %,d: consistent, texts of the reference"
                .formatted(file.vocabulary().size()));
  }

  private static void vocabulary(TokenizerFile file, Tally tally) {
    tally.equal("a token without its own id", !file.tokens().contains(""));
    Set<String> reachable = new HashSet<>();
    for (char byteCharacter : TokenizerFile.alphabet()) {
      String token = String.valueOf(byteCharacter);
      reachable.add(token);
      tally.equal(
          "no token for a byte (U+%04X)".formatted((int) byteCharacter),
          file.vocabulary().containsKey(token));
    }
    for (int i = 0; i < file.merges().size(); i++) {
      int number = i;
      Merge merge = file.merges().get(i);
      String joined = merge.left() + merge.right();
      // In order: a merge can only join what bytes and earlier merges have made.
      tally.equal(
          () -> "merge %,d joins or makes something that is no token".formatted(number),
          reachable.contains(merge.left())
              && reachable.contains(merge.right())
              && file.vocabulary().containsKey(joined));
      reachable.add(joined);
    }
    for (int i = 0; i < file.tokens().size(); i++) {
      int id = i;
      tally.equal(
          () -> "token %,d is made by no merge".formatted(id),
          reachable.contains(file.tokens().get(i)));
    }
  }

  private static void parts(TokenizerFile file, JsonNode golden, Tally tally) {
    JsonNode published = golden.path("parts");
    for (String part : List.of("normalizer", "pre_tokenizer")) {
      tally.equal(part + " is not Qwen2.5's", file.root().path(part).equals(published.path(part)));
    }
    tally.equal(
        "decoder is not Qwen2.5's",
        file.root().path("decoder").path("type").equals(published.path("decoder").path("type")));
    JsonNode model = file.root().path("model");
    tally.equal("model is no BPE", model.path("type").asText("BPE").equals("BPE"));
    for (String off : List.of("dropout", "unk_token")) {
      tally.equal(
          "model has a " + off, model.path(off).isNull() || model.path(off).isMissingNode());
    }
    for (String off : List.of("fuse_unk", "byte_fallback", "ignore_merges")) {
      tally.equal("model has " + off, !model.path(off).asBoolean());
    }
    for (String off : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
      tally.equal("model has a " + off, model.path(off).asText("").replace("null", "").isEmpty());
    }
  }

  /**
   * Qwen's own come first, in their order, behind the vocabulary; a fine-tune may add more. The 8
   * that are not special came with Qwen2.5: an older tokenizer has none of them.
   */
  private static void addedTokens(TokenizerFile file, JsonNode published, Tally tally) {
    Set<String> contents = new HashSet<>();
    file.addedTokens().forEach(token -> contents.add(token.path("content").asText()));
    boolean newer = false;
    for (JsonNode token : published) {
      newer |=
          !token.path("special").asBoolean() && contents.contains(token.path("content").asText());
    }
    for (int i = 0; i < published.size(); i++) {
      JsonNode wanted = published.path(i);
      if (!newer && !wanted.path("special").asBoolean()) {
        continue;
      }
      String content = wanted.path("content").asText();
      boolean there = i < file.addedTokens().size();
      JsonNode actual = there ? file.addedTokens().get(i) : wanted;
      boolean same = there && actual.path("id").asInt(-1) == file.vocabulary().size() + i;
      for (Map.Entry<String, JsonNode> property : wanted.properties()) {
        same &= property.getValue().equals(actual.path(property.getKey()));
      }
      tally.equal("added token " + content, same);
    }
  }

  private static void specialIds(TokenizerFile file, Subject subject, Tally tally) {
    ModelConfig config = subject.checkpoint().config();
    QwenTokenizer tokenizer = subject.tokenizer();
    Map<String, Integer> wanted =
        Map.of(
            "<|image_pad|>", config.imageTokenId(),
            "<|video_pad|>", config.videoTokenId(),
            "<|vision_start|>", config.visionStartTokenId());
    wanted.forEach(
        (token, id) ->
            tally.equal(
                token + " has another id in config.json",
                tokenizer.specialId(token).equals(OptionalInt.of(id))));
    List<Integer> ends = subject.checkpoint().generation().eosTokenIds();
    OptionalInt end = tokenizer.specialId("<|im_end|>");
    tally.equal(
        "<|im_end|> does not end an answer", end.isPresent() && ends.contains(end.getAsInt()));
    int size = file.vocabulary().size() + file.addedTokens().size();
    tally.equal("more tokens than rows in the embedding", size <= config.text().vocabSize());
  }

  private static void everyId(TokenizerFile file, QwenTokenizer tokenizer, Tally tally) {
    List<Boolean> equal =
        IntStream.range(0, file.tokens().size())
            .parallel()
            .mapToObj(id -> decodesToItsBytes(id, file, tokenizer))
            .toList();
    for (int i = 0; i < equal.size(); i++) {
      int id = i;
      tally.equal(() -> "token %,d decodes to another text".formatted(id), equal.get(i));
    }
    for (JsonNode added : file.addedTokens()) {
      int id = added.path("id").asInt(-1);
      String content = added.path("content").asText();
      tally.equal(
          "added token " + content + " is not read as one",
          Arrays.equals(tokenizer.encode(content), new int[] {id})
              && tokenizer.decodeWithSpecialTokens(List.of(id)).equals(content));
    }
  }

  /** Bytes that are no text by themselves become U+FFFD; how many is not our concern here. */
  private static boolean decodesToItsBytes(int id, TokenizerFile file, QwenTokenizer tokenizer) {
    String wanted = new String(TokenizerFile.bytes(file.tokens().get(id)), StandardCharsets.UTF_8);
    return wanted.indexOf('\uFFFD') >= 0
        || tokenizer.decodeWithSpecialTokens(List.of(id)).equals(wanted);
  }

  private static void strings(
      TokenizerFile file,
      JsonNode golden,
      QwenTokenizer tokenizer,
      boolean published,
      Tally tally) {
    Set<String> lacking = new HashSet<>(golden.path("added_tokens").findValuesAsText("content"));
    file.addedTokens().forEach(token -> lacking.remove(token.path("content").asText()));
    int number = 0;
    for (JsonNode testCase : golden.path("strings")) {
      String text = testCase.path("text").asText();
      int[] ids = tokenizer.encode(text);
      String what = "string %d of the shipped ones".formatted(number++);
      // Where a token of Qwen2.5 is missing, its string is read as plain text.
      if (published && lacking.stream().noneMatch(text::contains)) {
        tally.equal(what, Arrays.equals(ids, Shipped.ints(testCase.path("ids"))));
      }
      String decoded = testCase.path("decoded").asText();
      List<Integer> boxed = Arrays.stream(ids).boxed().toList();
      tally.equal(
          what + ", decoded",
          tokenizer.decodeWithSpecialTokens(boxed).equals(decoded)
              && tokenizer
                  .decode(boxed)
                  .equals(testCase.path("decoded_skip_special").asText(decoded)));
    }
    if (published) {
      for (JsonNode testCase : golden.path("decodes")) {
        List<Integer> ids = Arrays.stream(Shipped.ints(testCase.path("ids"))).boxed().toList();
        if (lacking.stream().anyMatch(testCase.path("decoded").asText()::contains)) {
          continue;
        }
        tally.equal(
            "a shipped list of ids",
            tokenizer.decodeWithSpecialTokens(ids).equals(testCase.path("decoded").asText())
                && tokenizer.decode(ids).equals(testCase.path("decoded_skip_special").asText()));
      }
    }
  }
}
