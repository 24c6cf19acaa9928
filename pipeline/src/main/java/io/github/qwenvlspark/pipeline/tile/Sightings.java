package io.github.qwenvlspark.pipeline.tile;

import io.github.qwenvlspark.udfs.geometry.Iou;
import io.github.qwenvlspark.udfs.parse.ParsedAnswer.Box;
import io.github.qwenvlspark.udfs.parse.ParsedAnswer.Element;
import java.util.ArrayList;
import java.util.List;

/**
 * What the tiles of a picture show, each thing once: two tiles mean the same where they agree about
 * the part that both show. A thing that an edge cuts is put together. Confined to one thread.
 */
final class Sightings {
  private static final double SAME = 0.5;

  /** Pixels between two points that mean the same: one block of the model. */
  private static final int NEAR = 28;

  private final List<Thing> things = new ArrayList<>();

  /** A box, point or element in pixels of the picture; what it has none of is empty. */
  private record Sighting(
      Tile tile, String kind, List<Integer> box, List<Integer> point, String text, String html) {

    boolean isSame(Sighting other) {
      if (tile.equals(other.tile) || !kind.equals(other.kind)) {
        return false;
      }
      List<Integer> shared = tile.shared(other.tile);
      if (!point.isEmpty() && !other.point.isEmpty()) {
        return inside(point, shared) && inside(other.point, shared) && near(point, other.point);
      }
      return !box.isEmpty()
          && !other.box.isEmpty()
          && Iou.of(clip(box, shared), clip(other.box, shared)) >= SAME;
    }

    /** Whether the tile's edge towards {@code other} cuts the thing off. */
    boolean isWholeBeside(Sighting other) {
      List<Integer> shared = tile.shared(other.tile);
      return clip(box, shared).equals(box);
    }
  }

  /** All sightings of one thing, and what they say together. */
  private static final class Thing {
    private final List<Sighting> seen = new ArrayList<>();
    private List<Integer> box;
    private String text;
    private String html;

    Thing(Sighting first) {
      seen.add(first);
      box = first.box();
      text = first.text();
      html = first.html();
    }

    boolean is(Sighting next) {
      return seen.stream().anyMatch(next::isSame);
    }

    void add(Sighting next) {
      Sighting last = seen.get(seen.size() - 1);
      seen.add(next);
      if (next.box().isEmpty()) {
        return;
      }
      if (!last.isWholeBeside(next) && !next.isWholeBeside(last)) {
        text = joined(text, next.text());
        html = html + next.html();
      } else if (last.isWholeBeside(next) && next.text().length() > text.length()) {
        text = next.text();
        html = next.html();
      }
      box = hull(box, next.box());
    }
  }

  void add(Tile tile, Box box) {
    add(new Sighting(tile, box.label(), box.bbox(), box.point(), "", ""));
  }

  void add(Tile tile, Element element) {
    add(
        new Sighting(
            tile, element.type(), element.bbox(), List.of(), element.text(), element.html()));
  }

  private void add(Sighting next) {
    things.stream()
        .filter(thing -> thing.is(next))
        .findFirst()
        .ifPresentOrElse(thing -> thing.add(next), () -> things.add(new Thing(next)));
  }

  /** In the order of their first sighting. */
  List<Box> boxes() {
    return things.stream()
        .map(thing -> new Box(thing.seen.get(0).kind(), thing.box, thing.seen.get(0).point()))
        .toList();
  }

  /** In the order of their first sighting. */
  List<Element> elements() {
    return things.stream()
        .map(thing -> new Element(thing.seen.get(0).kind(), thing.text, thing.box, thing.html))
        .toList();
  }

  /** What the end of one text and the beginning of the other share is said once. */
  private static String joined(String above, String below) {
    for (int shared = Math.min(above.length(), below.length()); shared > 0; shared--) {
      if (above.endsWith(below.substring(0, shared))) {
        return above + below.substring(shared);
      }
    }
    return above + "\n" + below;
  }

  private static List<Integer> hull(List<Integer> a, List<Integer> b) {
    return List.of(
        Math.min(a.get(0), b.get(0)),
        Math.min(a.get(1), b.get(1)),
        Math.max(a.get(2), b.get(2)),
        Math.max(a.get(3), b.get(3)));
  }

  private static List<Integer> clip(List<Integer> box, List<Integer> to) {
    int x1 = Math.max(box.get(0), to.get(0));
    int y1 = Math.max(box.get(1), to.get(1));
    return List.of(
        x1,
        y1,
        Math.max(x1, Math.min(box.get(2), to.get(2))),
        Math.max(y1, Math.min(box.get(3), to.get(3))));
  }

  private static boolean inside(List<Integer> point, List<Integer> box) {
    return point.get(0) >= box.get(0)
        && point.get(0) <= box.get(2)
        && point.get(1) >= box.get(1)
        && point.get(1) <= box.get(3);
  }

  private static boolean near(List<Integer> a, List<Integer> b) {
    return Math.abs(a.get(0) - b.get(0)) <= NEAR && Math.abs(a.get(1) - b.get(1)) <= NEAR;
  }
}
