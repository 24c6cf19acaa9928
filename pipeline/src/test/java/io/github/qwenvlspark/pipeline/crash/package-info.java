/**
 * What crashes do to a run: drivers and executors are processes, which a test holds at a named
 * point and ends there. The table of docs/reliability.md names these tests.
 */
package io.github.qwenvlspark.pipeline.crash;
