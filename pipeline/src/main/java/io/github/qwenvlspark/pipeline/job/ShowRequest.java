package io.github.qwenvlspark.pipeline.job;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which row is looked at: one by its key, or whatever is known now of a document.
 *
 * @param uri as the table has it, or its end from behind a slash on, such as a file's name
 * @param page from 1; a document with several parts needs one
 */
public record ShowRequest(Optional<String> key, Optional<String> uri, OptionalInt page) {}
