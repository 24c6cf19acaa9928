package io.github.qwenvlspark.pipeline.job;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One question about one file.
 *
 * @param model folder of the checkpoint
 * @param task whose question it is
 * @param prompt text of the task {@code prompt}
 * @param taskFolder task files of the user
 * @param uri the document
 * @param page which of its pages, from 1; a document with several needs one
 * @param maxNewTokens most tokens of the answer; the task's own bound where none is given
 * @param draw where the picture goes with what was found painted over
 */
public record AskRequest(
    String model,
    String task,
    Optional<String> prompt,
    Optional<Path> taskFolder,
    String uri,
    OptionalInt page,
    OptionalInt maxNewTokens,
    Optional<Path> draw) {}
