package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.Printable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * HTML that cannot be broken by what it shows: elements are opened and closed by calls, text and attribute values are
 * escaped, and nothing else can be written. Tag and attribute names are the program's own; a page has no script.
 */
final class HtmlWriter {
    private static final Set<String> TAGS = Set.of(
            "html", "head", "title", "body", "header", "main", "section", "footer", "h1", "h2", "p", "table", "thead",
            "tbody", "tr", "th", "td", "code", "span", "div", "dl", "dt", "dd", "ul", "li");
    private static final Set<String> VOID_TAGS = Set.of("meta");
    private static final Set<String> ATTRIBUTES =
            Set.of("lang", "charset", "name", "content", "http-equiv", "class", "title", "scope", "data-label");

    private final StringBuilder out = new StringBuilder("<!DOCTYPE html>\n");
    private final Deque<String> open = new ArrayDeque<>();

    /** Opens an element. */
    HtmlWriter open(String tag, String... attributes) {
        require(TAGS.contains(tag), tag);
        start(tag, attributes);
        open.push(tag);
        return this;
    }

    /** Closes the innermost open element. */
    HtmlWriter close() {
        out.append("</").append(open.pop()).append('>');
        return this;
    }

    /** An element without content, such as {@code meta}. */
    HtmlWriter empty(String tag, String... attributes) {
        require(VOID_TAGS.contains(tag), tag);
        start(tag, attributes);
        return this;
    }

    /** An element with text alone. */
    HtmlWriter element(String tag, String text, String... attributes) {
        return open(tag, attributes).text(text).close();
    }

    HtmlWriter text(String text) {
        escape(text);
        return this;
    }

    /** A line end between elements, for people who read the source. */
    HtmlWriter line() {
        out.append('\n');
        return this;
    }

    /** The program's own style sheet, in which nothing ends the element. */
    HtmlWriter style(Stylesheet sheet) {
        out.append("<style>").append(sheet.css()).append("</style>");
        return this;
    }

    /** The document; every element must have been closed. */
    String document() {
        require(open.isEmpty(), "unclosed " + open);
        return out.append('\n').toString();
    }

    private void start(String tag, String... attributes) {
        require(attributes.length % 2 == 0, "an attribute without value");
        out.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            require(ATTRIBUTES.contains(attributes[i]), attributes[i]);
            out.append(' ').append(attributes[i]).append("=\"");
            escape(attributes[i + 1]);
            out.append('"');
        }
        out.append('>');
    }

    private static void require(boolean rule, String what) {
        if (!rule) {
            throw new IllegalArgumentException("not in a page: " + what);
        }
    }

    private void escape(String text) {
        Printable.of(text).codePoints().forEach(c -> {
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> shown(c);
            }
        });
    }

    /** Fonts have letters for which they show nothing. */
    private void shown(int c) {
        if (HiddenLetters.contain(c)) {
            out.append(String.format("\\u%04x", c));
        } else {
            out.appendCodePoint(c);
        }
    }
}
