package io.github.qwenvlspark.runtime;

import io.github.qwenvlspark.runtime.engine.AnswerForm;
import io.github.qwenvlspark.runtime.schema.ResponseSchema;
import io.github.qwenvlspark.runtime.schema.TokenTrie;
import io.github.qwenvlspark.runtime.tokenizer.QwenTokenizer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The response schemas of one model, each compiled when it is first asked for; the vocabulary is
 * read with the first of them. Thread-safe.
 */
final class ResponseSchemas {
  /** A run has as many as it has tasks. */
  private static final int MOST = 8;

  private final QwenTokenizer tokenizer;
  private final Set<Integer> endTokens;
  private final Map<String, ResponseSchema> compiled =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ResponseSchema> eldest) {
          return size() > MOST;
        }
      };
  private Optional<TokenTrie> trie = Optional.empty();

  ResponseSchemas(QwenTokenizer tokenizer, Collection<Integer> endTokens) {
    this.tokenizer = tokenizer;
    this.endTokens = Set.copyOf(endTokens);
  }

  /**
   * What an answer must look like.
   *
   * @throws QwenVlException INVALID_REQUEST if the schema or the room for its answer will not do
   */
  AnswerForm form(GenerationOptions options) {
    return options.responseSchema().isEmpty()
        ? AnswerForm.ANY
        : schema(options.responseSchema()).within(options.maxNewTokens());
  }

  private synchronized ResponseSchema schema(String json) {
    ResponseSchema known = compiled.get(json);
    if (known != null) {
      return known;
    }
    TokenTrie vocabulary = trie.orElseGet(() -> new TokenTrie(tokenizer.tokenBytes(), endTokens));
    trie = Optional.of(vocabulary);
    ResponseSchema schema = ResponseSchema.compile(json, vocabulary);
    compiled.put(json, schema);
    return schema;
  }
}
