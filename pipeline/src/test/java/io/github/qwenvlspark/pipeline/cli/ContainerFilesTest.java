package io.github.qwenvlspark.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Settings;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.internal.config.ConfigEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/**
 * What {@code docker/} and {@code conf/schedules} say agrees with the repository. Neither a builder
 * nor a cluster is needed; docs/containers.md says what was built and run with them.
 */
class ContainerFilesTest {
  private static final Path ROOT = Path.of("..");
  private static final String HOME = "/opt/qwen-vl-spark/";
  private static final String MAIN = Main.class.getName();

  /** Settings of Spark that are known by their form alone, or by a module that is not here. */
  private static final Pattern KNOWN_BY_FORM =
      Pattern.compile(
          "spark\\.hadoop\\.fs\\.s3a\\.[a-z.]+"
              + "|spark\\.executor\\.resource\\.gpu\\.(amount|vendor|discoveryScript)"
              + "|spark\\.task\\.resource\\.gpu\\.amount"
              + "|spark\\.kubernetes\\.(namespace|container\\.image|driver\\.pod\\.name)"
              + "|spark\\.kubernetes\\.(driver|executor)\\.podTemplateFile");

  private static String read(String file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }

  private static List<MatchResult> find(String pattern, String text) {
    return Pattern.compile(pattern, Pattern.MULTILINE).matcher(text).results().toList();
  }

  /** All YAML files that start our containers. */
  static Stream<Path> manifests() throws IOException {
    try (Stream<Path> kubernetes = Files.list(ROOT.resolve("docker/kubernetes"))) {
      return Stream.concat(
          kubernetes.sorted().toList().stream(),
          Stream.of("docker/compose.yaml", "conf/schedules/qwenvl-etl.cronjob.yaml")
              .map(ROOT::resolve))
          .toList()
          .stream();
    }
  }

  private static List<Map<?, ?>> maps(Path manifest) throws IOException {
    List<Map<?, ?>> maps = new ArrayList<>();
    try (Reader file = Files.newBufferedReader(manifest)) {
      new Yaml().loadAll(file).forEach(document -> visit(document, maps::add));
    }
    return maps;
  }

  private static void visit(Object node, Consumer<Map<?, ?>> maps) {
    if (node instanceof Map<?, ?> map) {
      maps.accept(map);
      map.values().forEach(value -> visit(value, maps));
    } else if (node instanceof List<?> list) {
      list.forEach(value -> visit(value, maps));
    }
  }

  private static Map<?, ?> map(Map<?, ?> parent, String key) {
    assertThat(parent.get(key)).as("%s in %s", key, parent.keySet()).isInstanceOf(Map.class);
    return (Map<?, ?>) parent.get(key);
  }

  /** The words that containers of a manifest are started with. */
  private static List<List<String>> commandLines(Path manifest) throws IOException {
    return maps(manifest).stream()
        .flatMap(map -> Stream.of("args", "arguments", "command").map(map::get))
        .filter(List.class::isInstance)
        .map(words -> ((List<?>) words).stream().map(String::valueOf).toList())
        .toList();
  }

  private static Map<String, String> sparkSettings(Path manifest) throws IOException {
    Map<String, String> settings = new TreeMap<>();
    for (Map<?, ?> map : maps(manifest)) {
      if (map.get("sparkConf") instanceof Map<?, ?> conf) {
        conf.forEach((key, value) -> settings.put(String.valueOf(key), String.valueOf(value)));
      }
    }
    for (List<String> words : commandLines(manifest)) {
      for (String word : words) {
        if (word.startsWith("--conf=")) {
          String[] setting = word.substring("--conf=".length()).split("=", 2);
          settings.put(setting[0], setting[1]);
        }
      }
    }
    return settings;
  }

  @Test
  void whatTheDockerfileCopiesExistsAndIsSentToTheBuilder() throws IOException {
    List<String> sent =
        find("^!(.+)$", read(".dockerignore")).stream().map(m -> m.group(1)).toList();
    List<String> copied =
        find("^COPY (?!--from)(.+) \\S+$", read("docker/Dockerfile")).stream()
            .flatMap(copy -> Arrays.stream(copy.group(1).split(" ", -1)))
            .toList();

    assertThat(copied)
        .hasSizeGreaterThan(8)
        .allSatisfy(file -> assertThat(ROOT.resolve(file)).exists())
        .allSatisfy(
            file ->
                assertThat(sent)
                    .anyMatch(folder -> file.equals(folder) || file.startsWith(folder + "/")));
  }

  @Test
  void theMavenBuildInTheImageHasAllModules() throws IOException {
    List<String> modules =
        find("<module>(.+)</module>", read("pom.xml")).stream().map(m -> m.group(1)).toList();

    assertThat(read("docker/Dockerfile").lines())
        .containsAll(
            modules.stream().map(module -> "COPY %s %s".formatted(module, module)).toList());
  }

  @Test
  void everyImageHasAVersion() throws IOException {
    List<String> images = new ArrayList<>();
    find("^ARG \\w+_IMAGE=(\\S+)$", read("docker/Dockerfile")).forEach(m -> images.add(m.group(1)));
    for (Path manifest : manifests().toList()) {
      find("image[:=] ?(\\S+)$", Files.readString(manifest)).forEach(m -> images.add(m.group(1)));
    }

    assertThat(images)
        .hasSizeGreaterThan(6)
        .allSatisfy(image -> assertThat(image).matches("[^:]+:(RELEASE\\.)?\\d[\\w.-]+"));
  }

  @Test
  void versionsAreThoseOfThePom() throws IOException {
    String pom = read("pom.xml");
    String version = find("<version>([\\d.]+)-SNAPSHOT</version>", pom).get(0).group(1);
    String spark = find("<spark.version>([\\d.]+)<", pom).get(0).group(1);
    String scala = find("<scala.binary>([\\d.]+)<", pom).get(0).group(1);

    assertThat(read("docker/Dockerfile"))
        .contains("image.version=\"" + version + "\"", "SPARK_SCALA_VERSION=" + scala);
    for (Path manifest : manifests().toList()) {
      String text = Files.readString(manifest);
      assertThat(find("qwen-vl-spark:([\\d.]+)", text)).allMatch(m -> m.group(1).equals(version));
      assertThat(find("sparkVersion: (\\S+)", text)).allMatch(m -> m.group(1).equals(spark));
    }
  }

  @Test
  void theImageRunsAsAUserWithANumber() throws IOException {
    List<MatchResult> users = find("^USER (\\d+):(\\d+)$", read("docker/Dockerfile"));

    assertThat(users).isNotEmpty().noneMatch(user -> user.group(1).equals("0"));
    assertThat(find("^USER ", read("docker/Dockerfile"))).hasSameSizeAs(users);
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void noContainerOfOursIsRootOrWritesToItsImage(Path manifest) throws IOException {
    String user = find("^USER (\\d+):", read("docker/Dockerfile")).get(0).group(1);
    for (Map<?, ?> map : maps(manifest)) {
      if (map.get("containers") instanceof List<?> containers) {
        Map<?, ?> pod = map(map, "securityContext");
        assertThat(pod.get("runAsNonRoot")).isEqualTo(true);
        assertThat(pod.get("runAsUser")).hasToString(user);
        for (Object container : containers) {
          Map<?, ?> rights = map((Map<?, ?>) container, "securityContext");
          assertThat(rights.get("readOnlyRootFilesystem")).isEqualTo(true);
          assertThat(rights.get("allowPrivilegeEscalation")).isEqualTo(false);
          assertThat(map(rights, "capabilities").get("drop")).isEqualTo(List.of("ALL"));
          assertThat(((Map<?, ?>) container).get("volumeMounts").toString())
              .contains("mountPath=/tmp", "mountPath=/models, readOnly=true");
        }
      } else if (String.valueOf(map.get("image")).startsWith("qwen-vl-spark:")) { // compose
        assertThat(map.get("read_only")).isEqualTo(true);
        assertThat(map.get("cap_drop")).isEqualTo(List.of("ALL"));
        assertThat(map.get("security_opt")).isEqualTo(List.of("no-new-privileges:true"));
        assertThat(map.get("tmpfs").toString()).contains("/tmp:exec");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void whatIsNamedInTheImageIsPutThere(Path manifest) throws IOException {
    String dockerfile = read("docker/Dockerfile");
    for (MatchResult named : find(HOME + "([\\w./-]+)", Files.readString(manifest))) {
      String path = named.group(1);
      String folder = path.contains("/") ? path.substring(0, path.indexOf('/')) : path;
      if (folder.equals("qwen-vl-spark.jar")) { // comes from the build
        continue;
      }
      List<MatchResult> copies =
          find("^COPY (\\S*" + folder + ") " + HOME + "(?:" + folder + ")?$", dockerfile);
      assertThat(copies).as(path).hasSize(1);
      assertThat(ROOT.resolve(copies.get(0).group(1)).resolve("../" + path).normalize())
          .as("%s, named in %s", path, manifest)
          .exists();
    }
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void everySettingExists(Path manifest) throws Exception {
    // Spark's settings register when the object that holds them is made.
    Class.forName("org.apache.spark.internal.config.package$");
    Map<String, String> settings = sparkSettings(manifest);

    assertThatCode(() -> new Settings(settings).requireSound(RunSettings.ALL))
        .doesNotThrowAnyException();
    assertThat(settings.keySet())
        .allSatisfy(
            key ->
                assertThat(
                        key.startsWith("spark.qwenvl.")
                            || KNOWN_BY_FORM.matcher(key).matches()
                            || ConfigEntry.findEntry(key) != null)
                    .as(key)
                    .isTrue());
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void everyCommandIsUnderstood(Path manifest) throws IOException {
    for (List<String> words : commandLines(manifest)) {
      int jar = words.indexOf(HOME + "qwen-vl-spark.jar");
      int local = words.indexOf("local://" + HOME + "qwen-vl-spark.jar");
      List<String> command = words.subList(Math.max(jar, local) + 1, words.size());
      if (words.get(0).equals("submit")) {
        assertThat(words).contains("--class=" + MAIN);
      }
      if (Main.commandLine().getSubcommands().containsKey(command.get(0))) {
        assertThatCode(() -> Main.commandLine().parseArgs(command.toArray(String[]::new)))
            .doesNotThrowAnyException();
      } else { // another service, our launcher, or a process of Spark that is no command of ours
        assertThat(command.get(0)).matches("--fail|server|master|worker|" + HOME + "qwenvl");
      }
    }
    assertThat(find("mainClass: (\\S+)", Files.readString(manifest)))
        .allMatch(found -> found.group(1).equals(MAIN));
  }
}
