package io.github.qwenvlspark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The walls of the house. */
@AnalyzeClasses(packages = "io.github.qwenvlspark", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule theRuntimeKnowsNothingOfSpark =
      noClasses()
          .that()
          .resideInAPackage("io.github.qwenvlspark.runtime..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.spark..",
              "org.apache.hadoop..",
              "io.delta..",
              "scala..",
              "io.github.qwenvlspark.udfs..",
              "io.github.qwenvlspark.pipeline..");

  /** With the rule above: no class knows both ONNX Runtime and Spark. */
  @ArchTest
  static final ArchRule onlyOrtTouchesOnnxRuntime =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.github.qwenvlspark.runtime.ort..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.onnxruntime..");

  @ArchTest
  static final ArchRule udfsKnowNothingOfThePipeline =
      noClasses()
          .that()
          .resideInAPackage("io.github.qwenvlspark.udfs..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.github.qwenvlspark.pipeline..");

  @ArchTest
  static final ArchRule readingAnswersNeedsNoSpark =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.github.qwenvlspark.udfs.parse..",
              "io.github.qwenvlspark.udfs.document..",
              "io.github.qwenvlspark.udfs.geometry..",
              "io.github.qwenvlspark.udfs.measure..",
              "io.github.qwenvlspark.pipeline.report..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.spark..");

  @ArchTest
  static final ArchRule roomsFormNoCycle =
      slices().matching("io.github.qwenvlspark.(*).(*)..").should().beFreeOfCycles();
}
