package io.github.qwenvlspark.runtime.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * {@code adapter_config.json} of a LoRA adapter that can be added to the weights. Names of modules
 * are those of the adapter's own file, without the prefix.
 *
 * <p>Source: {@code LoraConfig}, {@code get_pattern_key} and {@code check_target_module_exists} in
 * PEFT 0.21.
 *
 * @param targets what was adapted: suffixes of names, or one expression for whole names
 * @param modulesToSave modules that were trained whole
 */
record LoraConfig(
    Path file,
    int rank,
    double alpha,
    Scaling scaling,
    Map<String, Integer> rankPattern,
    Map<String, Double> alphaPattern,
    List<Target> targets,
    List<String> modulesToSave) {
  private static final String MERGE_YOURSELF =
      "; merge the adapter with PEFT (merge_and_unload) and give the merged checkpoint";

  /** Kinds of LoRA that change more than {@code W + scale * B * A} does. */
  private static final List<String> SWITCHES =
      List.of(
          "use_dora",
          "use_qalora",
          "use_bdlora",
          "lora_bias",
          "fan_in_fan_out",
          "layer_replication",
          "trainable_token_indices",
          "target_parameters",
          "alora_invocation_tokens",
          "arrow_config",
          "kasa_config",
          "monteclora_config",
          "velora_config");

  /** Initialisations that leave the base weights alone. */
  private static final Set<String> PLAIN_STARTS =
      Set.of("", "true", "false", "gaussian", "eva", "orthogonal");

  /** What alpha is divided by. */
  enum Scaling {
    RANK,
    /** Rank-stabilised. */
    ROOT_OF_RANK
  }

  /** One entry of {@code target_modules}. */
  record Target(String text, Pattern pattern) {
    boolean matches(String module) {
      return pattern.matcher(module).matches();
    }
  }

  static LoraConfig read(Path file, VisionFamily family) {
    JsonFile json = JsonFile.read(file);
    requirePlainLora(file, json);
    requireBase(file, json, family);
    return new LoraConfig(
        file,
        positive(file, "r", json.intOr("r", 8)),
        json.doubleOr("lora_alpha", 8),
        json.root().path("use_rslora").asBoolean(false) ? Scaling.ROOT_OF_RANK : Scaling.RANK,
        ranks(file, json.child("rank_pattern")),
        alphas(json.child("alpha_pattern")),
        targets(file, json),
        json.strings("modules_to_save"));
  }

  private static void requirePlainLora(Path file, JsonFile json) {
    String type = json.string("peft_type").orElse("");
    if (!type.equals("LORA")) {
      throw CheckpointProblem.in(
          file, "peft_type is \"%s\"; only \"LORA\" can be merged".formatted(type));
    }
    String bias = json.string("bias").orElse("none");
    if (!bias.equals("none")) {
      throw CheckpointProblem.in(
          file, "bias is \"%s\"; only \"none\" can be merged".formatted(bias) + MERGE_YOURSELF);
    }
    for (String key : SWITCHES) {
      JsonNode value = json.root().path(key);
      if (value.asBoolean(!value.isEmpty())) {
        throw CheckpointProblem.in(file, key + " is set and cannot be merged" + MERGE_YOURSELF);
      }
    }
    String start = json.root().path("init_lora_weights").asText("");
    if (!PLAIN_STARTS.contains(start)) {
      throw CheckpointProblem.in(
          file,
          "init_lora_weights is \"%s\", which changes the base weights too".formatted(start)
              + MERGE_YOURSELF);
    }
  }

  /** PEFT notes the class of the model where it was not told the task. */
  private static void requireBase(Path file, JsonFile json, VisionFamily family) {
    String base = json.child("auto_mapping").string("base_model_class").orElse("");
    if (!base.isEmpty() && !base.startsWith(family.classPrefix())) {
      throw CheckpointProblem.in(
          file,
          "the adapter was trained on %s, the checkpoint is %s".formatted(base, family.label()));
    }
  }

  private static List<Target> targets(Path file, JsonFile json) {
    List<Target> targets =
        json.string("target_modules")
            .map(text -> List.of(new Target(text, compile(file, "target_modules", text))))
            .orElseGet(
                () ->
                    json.strings("target_modules").stream()
                        .map(
                            name ->
                                new Target(name, Pattern.compile("(.*\\.)?" + Pattern.quote(name))))
                        .toList());
    if (targets.isEmpty()) {
      throw CheckpointProblem.in(file, "target_modules names nothing");
    }
    return targets;
  }

  private static Map<String, Integer> ranks(Path file, JsonFile json) {
    Map<String, Integer> ranks = new LinkedHashMap<>();
    json.root()
        .fieldNames()
        .forEachRemaining(
            key -> ranks.put(key, positive(file, "rank_pattern." + key, json.requireInt(key))));
    return ranks;
  }

  private static Map<String, Double> alphas(JsonFile json) {
    Map<String, Double> alphas = new LinkedHashMap<>();
    json.root().fieldNames().forEachRemaining(key -> alphas.put(key, json.doubleOr(key, 0)));
    return alphas;
  }

  private static int positive(Path file, String key, int value) {
    if (value < 1) {
      throw CheckpointProblem.in(file, "%s is %d; at least 1 is needed".formatted(key, value));
    }
    return value;
  }

  /** The rank of a module's matrices. */
  int rank(String module) {
    return byPattern(rankPattern, module, rank);
  }

  /** What {@code B * A} is multiplied by. */
  double scale(String module) {
    double by = rank(module);
    return byPattern(alphaPattern, module, alpha)
        / (scaling == Scaling.ROOT_OF_RANK ? Math.sqrt(by) : by);
  }

  /** The first key that matches the end of the name, from a dot on. */
  private <T> T byPattern(Map<String, T> patterns, String module, T fallback) {
    for (Map.Entry<String, T> entry : patterns.entrySet()) {
      if (compile(file, "rank_pattern or alpha_pattern", "(.*\\.)?(" + entry.getKey() + ")")
          .matcher(module)
          .matches()) {
        return entry.getValue();
      }
    }
    return fallback;
  }

  private static Pattern compile(Path file, String key, String expression) {
    try {
      return Pattern.compile(expression);
    } catch (PatternSyntaxException e) {
      throw CheckpointProblem.in(
          file, "%s is no regular expression: %s".formatted(key, expression), e);
    }
  }

  /** Whether a parameter belongs to one of {@code modulesToSave}. */
  boolean saves(String parameter) {
    return modulesToSave.stream().anyMatch(module -> holds(module, parameter));
  }

  /** Whether it belongs to a module whose name ends so: for PEFT, even inside of a word. */
  static boolean holds(String end, String parameter) {
    return parameter.contains(end + ".");
  }
}
