package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Screens and what an agent wants to do on them, from the manifest to the table. */
class AgentRunTest extends EchoRuns {
  private static final String CLICK =
      "<tool_call>{\\\"name\\\": \\\"mobile_use\\\", \\\"arguments\\\": {\\\"action\\\": \\\"click\\\","
          + " \\\"coordinate\\\": [30, 40]}}</tool_call>";

  @Test
  void aClickIsAPointOnTheOriginalScreenAndAScreenWithoutAQueryIsNotAsked() {
    task("say", "text");
    files.picture("in/a.png", 200, 400);
    Path manifest =
        files.text(
            "in/m.jsonl",
            "{\"id\": \"a\", \"uri\": \"a.png\", \"query\": \"%s\"}\n".formatted(CLICK)
                + "{\"id\": \"b\", \"uri\": \"a.png\"}\n");

    run(manifest, "agent_computer");

    assertThat(
            texts(
                "concat_ws('|', source_id, status, error.type, fields['action'],"
                    + " array_join(get(boxes, 0).point, ' '))"))
        .containsExactly("a|ok|click|60 80", "b|error|INVALID_REQUEST");
  }
}
