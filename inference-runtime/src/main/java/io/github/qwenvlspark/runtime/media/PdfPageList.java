package io.github.qwenvlspark.runtime.media;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;

/**
 * The page tree of a PDF, of which a look-up reads no more than it must: PDFBox reads all pages
 * before the one that is wanted, wherever in the file they are. Confined to one thread.
 */
record PdfPageList(COSDictionary root) {
  /**
   * Finds a page.
   *
   * @param number from 0
   * @throws io.github.qwenvlspark.runtime.QwenVlException CORRUPT_MEDIA where the tree does not
   *     lead to it
   */
  COSDictionary page(int number) {
    Set<COSDictionary> passed = Collections.newSetFromMap(new IdentityHashMap<>());
    COSDictionary node = root;
    int left = number;
    while (isBranch(node)) {
      if (!passed.add(node)) {
        throw BrokenMedia.corrupt("The page list of the PDF runs in a circle");
      }
      COSArray kids = node.getCOSArray(COSName.KIDS);
      int kid = 0;
      if (kids != null && kids.size() == node.getInt(COSName.COUNT) && isLeaf(kids, left)) {
        kid = left; // as many kids as pages: each is one
        left = 0;
      }
      while (kids != null && kid < kids.size() && pages(kids, kid) <= left) {
        left -= pages(kids, kid++);
      }
      if (kids == null || kid >= kids.size()) {
        throw BrokenMedia.corrupt("The page list of the PDF ends before its count");
      }
      node = dictionary(kids, kid);
    }
    if (left > 0) {
      throw BrokenMedia.corrupt("The page list of the PDF ends before its count");
    }
    return node;
  }

  /** A page tree that has that page alone; what it inherits it goes on to inherit. */
  static COSDictionary treeOf(COSDictionary page) {
    COSArray kids = new COSArray();
    kids.add(page);
    COSDictionary tree = new COSDictionary();
    tree.setItem(COSName.TYPE, COSName.PAGES);
    tree.setItem(COSName.KIDS, kids);
    tree.setInt(COSName.COUNT, 1);
    return tree;
  }

  private static int pages(COSArray kids, int kid) {
    return isLeaf(kids, kid) ? 1 : Math.max(0, dictionary(kids, kid).getInt(COSName.COUNT, 0));
  }

  private static boolean isLeaf(COSArray kids, int kid) {
    return kid < kids.size() && !isBranch(dictionary(kids, kid));
  }

  private static boolean isBranch(COSDictionary node) {
    return COSName.PAGES.equals(node.getCOSName(COSName.TYPE)) || node.containsKey(COSName.KIDS);
  }

  /** A kid; where the document lost it, an empty page stands in its place. */
  private static COSDictionary dictionary(COSArray kids, int kid) {
    PdfWork.check();
    COSBase node = kids.getObject(kid);
    if (node instanceof COSDictionary dictionary) {
      return dictionary;
    }
    COSDictionary empty = new COSDictionary();
    empty.setItem(COSName.TYPE, COSName.PAGE);
    return empty;
  }
}
