package io.github.qwenvlspark.runtime.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The memory of this machine or container, in bytes. Control groups of Linux count, version 1 and
 * 2, those above ours too.
 *
 * @param total what there is, used or not
 * @param free what can be had now: pages of files that the system would give back are free
 * @param source where {@code total} stands
 */
public record MachineMemory(long total, long free, String source) {
  private static final Pattern KIBIBYTES = Pattern.compile("^(\\w+):\\s+(\\d+) kB");

  /** Version 1 says "no limit" by a number near the largest one. */
  private static final long NO_LIMIT = 1L << 60;

  /** Empty where the system does not say, as outside Linux. */
  public static Optional<MachineMemory> detect() {
    return read(Path.of("/"));
  }

  /** The same below another root, for tests. */
  static Optional<MachineMemory> read(Path root) {
    Optional<Long> total = meminfo(root, "MemTotal");
    Optional<Long> available = meminfo(root, "MemAvailable");
    if (total.isEmpty() || available.isEmpty()) {
      return Optional.empty();
    }
    MachineMemory least =
        new MachineMemory(total.get(), available.get(), "the memory of this machine");
    for (Group group : groups(root)) {
      least = least.within(group);
    }
    return Optional.of(least);
  }

  private MachineMemory within(Group group) {
    Optional<Long> limit = number(group.limit()).filter(bytes -> bytes < NO_LIMIT);
    if (limit.isEmpty()) {
      return this;
    }
    long used = number(group.usage()).orElse(0L) - group.reclaimable();
    long left = Math.min(free, limit.get() - used);
    return limit.get() < total
        ? new MachineMemory(limit.get(), left, "the limit in /" + group.name())
        : new MachineMemory(total, left, source);
  }

  /** One control group: files with its limit and what it uses. */
  private record Group(Path root, Path limit, Path usage) {
    String name() {
      return root.relativize(limit).toString();
    }

    /** Pages of files that nobody has touched lately count as used, but cost nothing. */
    long reclaimable() {
      return lines(limit.resolveSibling("memory.stat")).stream()
          .filter(line -> line.matches("(total_)?inactive_file \\d+"))
          .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1)))
          .max()
          .orElse(0);
    }
  }

  /** Our groups and those around them; inside a container the mount itself is the group. */
  private static List<Group> groups(Path root) {
    List<Group> groups = new ArrayList<>();
    for (String line : lines(root.resolve("proc/self/cgroup"))) {
      String[] parts = line.split(":", 3); // number, controllers, path
      if (parts.length == 3 && parts[1].isEmpty()) {
        add(groups, root, "sys/fs/cgroup", parts[2], "memory.max", "memory.current");
      } else if (parts.length == 3 && List.of(parts[1].split(",")).contains("memory")) {
        add(
            groups,
            root,
            "sys/fs/cgroup/memory",
            parts[2],
            "memory.limit_in_bytes",
            "memory.usage_in_bytes");
      }
    }
    return groups;
  }

  private static void add(
      List<Group> groups, Path root, String mount, String path, String limit, String usage) {
    Path top = root.resolve(mount);
    Path folder = top.resolve(path.replaceFirst("^/+", "")).normalize();
    for (; folder.startsWith(top); folder = folder.getParent()) {
      groups.add(new Group(root, folder.resolve(limit), folder.resolve(usage)));
    }
  }

  private static Optional<Long> meminfo(Path root, String key) {
    for (String line : lines(root.resolve("proc/meminfo"))) {
      Matcher entry = KIBIBYTES.matcher(line);
      if (entry.find() && entry.group(1).equals(key)) {
        return Optional.of(Long.parseLong(entry.group(2)) * 1024);
      }
    }
    return Optional.empty();
  }

  private static Optional<Long> number(Path file) {
    return lines(file).stream()
        .filter(line -> line.matches("\\d{1,19}"))
        .map(Long::valueOf)
        .findFirst();
  }

  /** Nothing where there is no such file: the kernel decides which ones it shows. */
  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }
}
