package io.github.qwenvlspark.udfs.document;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jsoup.nodes.Element;

/** A page as its blocks, in the order in which they are read. Immutable. */
public final class Page {
  private final List<Block> blocks;

  private Page(List<Block> blocks) {
    this.blocks = List.copyOf(blocks);
  }

  /** The blocks inside {@code body}; what holds no text is left out. */
  public static Page of(Element body) {
    return new Page(BlockReader.blocks(body));
  }

  /**
   * CommonMark with the tables of GitHub. Text that looks like markup is escaped, so that nothing
   * of the page becomes markup or HTML. Blocks stand apart by an empty line.
   */
  public String markdown() {
    return joined(Block::markdown, "\n\n");
  }

  /** The words alone: one line for a paragraph, item or row, cells apart by a tab. */
  public String text() {
    return joined(Block::text, "\n");
  }

  private String joined(Function<Block, String> form, String between) {
    return blocks.stream()
        .map(form)
        .filter(text -> !text.isBlank())
        .collect(Collectors.joining(between));
  }
}
