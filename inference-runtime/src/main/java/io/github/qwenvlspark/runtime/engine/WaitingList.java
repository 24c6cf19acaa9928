package io.github.qwenvlspark.runtime.engine;

import io.github.qwenvlspark.runtime.QwenVlException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Requests that wait for a row, in a list of bounded length. The longest one that fits goes first,
 * so that no long answer is left to run alone at the end; but nobody is passed over for ever.
 * Thread-safe.
 */
final class WaitingList {
  private final int capacity;

  /** In order of arrival. */
  private final List<Entry> entries = new ArrayList<>();

  /** Why no more answers come; empty while they do. */
  private Optional<QwenVlException> end = Optional.empty();

  WaitingList(int capacity) {
    this.capacity = capacity;
  }

  private static final class Entry {
    private final Ticket ticket;
    private int passedOver;

    Entry(Ticket ticket) {
      this.ticket = ticket;
    }

    int tokens() {
      return ticket.request().mostTokens();
    }
  }

  /** Adds a request; waits while the list is full. */
  synchronized void add(Ticket ticket) throws InterruptedException {
    while (entries.size() == capacity && end.isEmpty()) {
      wait();
    }
    if (end.isPresent()) {
      ticket.fail(end.get());
      return;
    }
    entries.add(new Entry(ticket));
    notifyAll();
  }

  synchronized int size() {
    return entries.size();
  }

  /** Waits until there is a request. */
  synchronized void await() throws InterruptedException {
    while (entries.isEmpty() && end.isEmpty()) {
      wait();
    }
  }

  /** The request whose turn it is, among those of at most {@code freeTokens} tokens. */
  synchronized Optional<Ticket> poll(int freeTokens) {
    dropSettled();
    if (entries.isEmpty()) {
      return Optional.empty();
    }
    Entry oldest = entries.get(0);
    Optional<Entry> next =
        oldest.passedOver < capacity
            ? entries.stream()
                .filter(entry -> entry.tokens() <= freeTokens)
                .max(Comparator.comparingInt(Entry::tokens))
            : Optional.of(oldest).filter(entry -> entry.tokens() <= freeTokens);
    next.ifPresent(this::remove);
    return next.map(entry -> entry.ticket);
  }

  private void remove(Entry next) {
    for (Entry earlier : entries) {
      if (earlier == next) {
        break;
      }
      earlier.passedOver++;
    }
    entries.remove(next);
    notifyAll();
  }

  /** Lets go of requests that were withdrawn or whose time is over. */
  synchronized void dropSettled() {
    if (entries.removeIf(entry -> entry.ticket.settled())) {
      notifyAll();
    }
  }

  /** Fails all that wait, and all that come. */
  synchronized void close(QwenVlException reason) {
    end = Optional.of(reason);
    entries.forEach(entry -> entry.ticket.fail(reason));
    entries.clear();
    notifyAll();
  }
}
