package io.github.qwenvlspark.udfs.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.runtime.preprocess.Size;
import io.github.qwenvlspark.udfs.geometry.BoxMapping;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentActionTest {
  private static AgentAction call(String arguments) {
    return AgentAction.read(
        "<tool_call>\n{\"name\": \"computer_use\", \"arguments\": %s}\n</tool_call>"
            .formatted(arguments));
  }

  @Test
  void anActionHasWhatItNeedsAndNothingElse() {
    assertThat(call("{\"action\": \"key\", \"keys\": [\"ctrl\", \"s\"]}"))
        .isEqualTo(
            new AgentAction(
                "computer_use",
                "key",
                List.of(),
                List.of(),
                Optional.empty(),
                List.of("ctrl", "s"),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Optional.empty(),
                Optional.empty()));
    assertThat(call("{\"action\": \"scroll\", \"pixels\": -10}").pixels()).hasValue(-10);
    assertThat(call("{\"action\": \"wait\", \"time\": 1.5}").time()).hasValue(1.5);
    assertThat(call("{\"action\": \"type\", \"text\": \"a\"}").text()).contains("a");
    assertThat(call("{\"action\": \"system_button\", \"button\": \"Back\"}").button())
        .contains("Back");
    assertThat(call("{\"action\": \"terminate\", \"status\": \"success\"}").status())
        .contains("success");
  }

  @Test
  void placesGoToTheOriginalScreen() {
    AgentAction swipe =
        call("{\"action\": \"swipe\", \"coordinate\": [364, 644], \"coordinate2\": [900, 0]}");
    BoxMapping screen = new BoxMapping(new Size(1288, 728), new Size(1280, 720));

    assertThat(swipe.on(screen).coordinate()).containsExactly(360, 640);
    assertThat(swipe.on(screen).coordinate2()).containsExactly(720, 0);
    assertThat(call("{\"action\": \"wait\"}").on(screen).coordinate()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"action\": 5}", "{\"action\": null}", "[\"click\"]"})
  void aCallWithoutAnActionIsNone(String arguments) {
    assertThatThrownBy(() -> call(arguments)).isInstanceOf(UnparsableAnswerException.class);
  }
}
