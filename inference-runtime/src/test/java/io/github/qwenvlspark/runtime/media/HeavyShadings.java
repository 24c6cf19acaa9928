package io.github.qwenvlspark.runtime.media;

import static io.github.qwenvlspark.runtime.media.GeneratedPdf.content;
import static io.github.qwenvlspark.runtime.media.GeneratedPdf.numbers;
import static io.github.qwenvlspark.runtime.media.GeneratedPdf.resource;
import static io.github.qwenvlspark.runtime.media.GeneratedPdf.stream;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;

/** Shadings, and functions of their colours, that take long to draw. */
final class HeavyShadings {
  private HeavyShadings() {}

  static COSStream program(PDDocument document, int inputs, int rounds) throws IOException {
    return program(
        document,
        inputs,
        "{ " + "dup sin exch pop ".repeat(rounds) + "pop ".repeat(inputs - 1) + "dup dup }");
  }

  private static COSStream program(PDDocument document, int inputs, String text)
      throws IOException {
    COSStream function = stream(document, text);
    function.setInt(COSName.FUNCTION_TYPE, 4);
    function.setItem(COSName.DOMAIN, inputs == 1 ? numbers(0, 1) : numbers(0, 1, 0, 1));
    function.setItem(COSName.RANGE, numbers(0, 1, 0, 1, 0, 1));
    return function;
  }

  static COSStream deepProgram(PDDocument document) throws IOException {
    int depth = 100_000;
    return program(
        document, 1, "{ " + "true { ".repeat(depth) + "} if ".repeat(depth) + "dup dup }");
  }

  static COSDictionary wideFunction() {
    COSDictionary function = new COSDictionary();
    function.setInt(COSName.FUNCTION_TYPE, 2);
    function.setItem(COSName.DOMAIN, numbers(0, 1));
    function.setItem(COSName.C0, numbers(new double[300_000]));
    function.setItem(COSName.C1, numbers(new double[300_000]));
    function.setInt(COSName.N, 1);
    return function;
  }

  static COSDictionary stitched() {
    int parts = 100_000;
    COSDictionary part = new COSDictionary();
    part.setInt(COSName.FUNCTION_TYPE, 2);
    part.setItem(COSName.DOMAIN, numbers(0, 1));
    part.setItem(COSName.C0, numbers(0, 0, 0));
    part.setItem(COSName.C1, numbers(1, 1, 1));
    part.setInt(COSName.N, 1);
    COSArray functions = new COSArray();
    COSArray bounds = new COSArray();
    COSArray encode = new COSArray();
    for (int i = 0; i < parts; i++) {
      functions.add(part);
      encode.addAll(numbers(0, 1));
      if (i > 0) {
        bounds.add(numbers((double) i / parts).get(0));
      }
    }
    COSDictionary function = new COSDictionary();
    function.setInt(COSName.FUNCTION_TYPE, 3);
    function.setItem(COSName.DOMAIN, numbers(0, 1));
    function.setItem(COSName.FUNCTIONS, functions);
    function.setItem(COSName.BOUNDS, bounds);
    function.setItem(COSName.ENCODE, encode);
    return function;
  }

  static COSStream samples(PDDocument document) throws IOException {
    COSStream function = stream(document, "x");
    function.setInt(COSName.FUNCTION_TYPE, 0);
    function.setItem(COSName.DOMAIN, numbers(0, 1));
    function.setItem(COSName.RANGE, numbers(0, 1, 0, 1, 0, 1));
    function.setItem(COSName.SIZE, numbers(1_000_000_000));
    function.setInt(COSName.BITS_PER_SAMPLE, 8);
    return function;
  }

  static void gradient(PDDocument document, PDPage page, int type, COSDictionary function)
      throws IOException {
    COSDictionary shading = new COSDictionary();
    shading.setInt(COSName.SHADING_TYPE, type);
    shading.setItem(COSName.COLORSPACE, COSName.DEVICERGB);
    shading.setItem(
        COSName.COORDS, type == 2 ? numbers(0, 0, 200, 100) : numbers(0, 0, 0, 200, 100, 90));
    shading.setItem(COSName.FUNCTION, function);
    resource(page.getCOSObject(), "Shading", "S", shading);
    content(document, page, "/S sh ");
  }

  static void heavyColors(PDDocument document, PDPage page) throws IOException {
    COSArray colors = new COSArray();
    colors.add(COSName.DEVICEN);
    COSArray names = new COSArray();
    names.add(COSName.getPDFName("Spot"));
    names.add(COSName.getPDFName("Other"));
    colors.add(names);
    colors.add(COSName.DEVICERGB);
    colors.add(program(document, 2, 20_000));
    StringBuilder samples = new StringBuilder();
    for (int i = 0; i < 100 * 100; i++) {
      samples.append((char) (i % 128)).append((char) (i / 128));
    }
    HostilePdfTest.picture(document, page, stream(document, samples.toString()), 100);
    page.getResources()
        .getXObject(COSName.getPDFName("I"))
        .getCOSObject()
        .setItem(COSName.COLORSPACE, colors);
  }

  /** {@code count} times the same {@code bytes} bytes: a triangle's corner, or a patch. */
  static void mesh(PDDocument document, PDPage page, int type, int count, int bytes)
      throws IOException {
    byte[] corners = {0, 0, 0, 9, 9, 9, 0, -1, 0, 99, 9, 9, 0, 0, -1, 9, 99, 9};
    byte[] patch = new byte[bytes];
    int[] around = {
      0, 0, 0, 85, 0, 170, 0, 255, 85, 255, 170, 255, 255, 255, 255, 170, 255, 85, 255, 0, 170, 0,
      85, 0
    };
    for (int i = 0; i < around.length && type > 5; i++) {
      patch[1 + i] = (byte) around[i];
    }
    COSStream shading = document.getDocument().createCOSStream();
    try (OutputStream out = shading.createOutputStream()) {
      for (int i = 0; i < count; i++) {
        if (type == 4) {
          out.write(corners, i % 3 * bytes, bytes);
        } else {
          out.write(patch);
        }
      }
    }
    shading.setInt(COSName.SHADING_TYPE, type);
    shading.setItem(COSName.COLORSPACE, COSName.DEVICERGB);
    shading.setInt(COSName.BITS_PER_FLAG, 8);
    shading.setInt(COSName.BITS_PER_COORDINATE, 8);
    shading.setInt(COSName.BITS_PER_COMPONENT, 8);
    shading.setItem(COSName.DECODE, numbers(0, 200, 0, 100, 0, 1, 0, 1, 0, 1));
    resource(page.getCOSObject(), "Shading", "S", shading);
    content(document, page, "/S sh ");
  }

  private static COSDictionary shading(PDDocument document) throws IOException {
    COSStream function = program(document, 2, 7_000);
    COSDictionary shading = new COSDictionary();
    shading.setInt(COSName.SHADING_TYPE, 1);
    shading.setItem(COSName.COLORSPACE, COSName.DEVICERGB);
    shading.setItem(COSName.DOMAIN, numbers(0, 1, 0, 1));
    shading.setItem(COSName.MATRIX, numbers(200, 0, 0, 100, 0, 0));
    shading.setItem(COSName.FUNCTION, function);
    return shading;
  }

  static void heavyShading(PDDocument document, PDPage page) throws IOException {
    resource(page.getCOSObject(), "Shading", "S", shading(document));
    content(document, page, "/S sh ");
  }

  static void heavyPattern(PDDocument document, PDPage page) throws IOException {
    COSDictionary pattern = new COSDictionary();
    pattern.setItem(COSName.TYPE, COSName.PATTERN);
    pattern.setInt(COSName.PATTERN_TYPE, 2);
    pattern.setItem(COSName.SHADING, shading(document));
    resource(page.getCOSObject(), "Pattern", "P", pattern);
    content(document, page, "/Pattern cs /P scn 0 0 200 100 re f ");
  }
}
