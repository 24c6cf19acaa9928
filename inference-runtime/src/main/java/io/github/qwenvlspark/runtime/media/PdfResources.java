package io.github.qwenvlspark.runtime.media;

import java.util.HashMap;
import java.util.Map;
import org.apache.pdfbox.cos.COSObject;
import org.apache.pdfbox.pdmodel.DefaultResourceCache;
import org.apache.pdfbox.pdmodel.graphics.PDXObject;

/**
 * What pages share: fonts and colour spaces for a stretch of pages, pictures for the page alone.
 * PDFBox's own cache keeps everything until the heap is full. Confined to one thread.
 */
final class PdfResources extends DefaultResourceCache {
  private final Map<COSObject, PDXObject> ofThePage = new HashMap<>();

  /** Another page begins. */
  void turnPage() {
    ofThePage.clear();
  }

  @Override
  public PDXObject getXObject(COSObject indirect) {
    return ofThePage.get(indirect);
  }

  @Override
  public void put(COSObject indirect, PDXObject xobject) {
    ofThePage.put(indirect, xobject);
  }

  @Override
  public PDXObject removeXObject(COSObject indirect) {
    return ofThePage.remove(indirect);
  }
}
