package io.attestedmesh.releases.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HtmlWriterTest {
    /** The five characters that HTML gives a meaning, and those that turn or hide what stands beside them. */
    private static final Pattern FORBIDDEN = Pattern.compile("[<>\"'\\p{Cc}\\p{Cf}\\p{Co}\\p{Cs}]");

    private static String inside(String document, String before, String after) {
        assertThat(document).startsWith(before).endsWith(after);
        return document.substring(before.length(), document.length() - after.length());
    }

    @Provide
    Arbitrary<String> hostile() {
        Arbitrary<String> pieces = Arbitraries.of(
                "<script>",
                "</style>",
                "<!--",
                "-->",
                "]]>",
                "\"",
                "'",
                "&",
                "&lt;",
                "&#x3c;",
                "\u0000",
                "\u202e",
                "\ufeff",
                "\ud800",
                "javascript:alert(1)",
                " onload=x",
                "<",
                ">",
                "\n",
                "`",
                "\u2028",
                "\u00ad");
        return Arbitraries.frequencyOf(Tuple.of(3, pieces), Tuple.of(1, Arbitraries.strings()))
                .list()
                .ofMaxSize(12)
                .map(parts -> String.join("", parts));
    }

    @Property
    void text_neverLeavesItsElement(@ForAll("hostile") String text) {
        String document = new HtmlWriter().element("p", text).document();
        String content = inside(document, "<!DOCTYPE html>\n<p>", "</p>\n");
        assertThat(FORBIDDEN.matcher(content).find()).isFalse();
        assertThat(content.replaceAll("&(amp|lt|gt|quot|#39);", "")).doesNotContain("&");
    }

    @Property
    void attribute_neverLeavesItsValue(@ForAll("hostile") String text) {
        String document = new HtmlWriter().element("p", "", "title", text).document();
        String content = inside(document, "<!DOCTYPE html>\n<p title=\"", "\"></p>\n");
        assertThat(FORBIDDEN.matcher(content).find()).isFalse();
    }

    @Test
    void text_ofOtherAlphabets_isShown() {
        assertThat(new HtmlWriter().element("p", "schlüssel שלום 鍵 한글 ខ្មែរ ⠓").document())
                .contains("schlüssel שלום 鍵 한글 ខ្មែរ ⠓");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0x034f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b, 0x180e, 0x200b, 0x2800, 0x3164, 0xfe00, 0xfe0f, 0xffa0,
                0xe0100, 0xe01ef
            })
    void lettersThatShowNothing_areEscaped(int letter) {
        String text = "kms" + Character.toString(letter);
        String shown = String.format("kms\\u%04x", letter);
        assertThat(new HtmlWriter().element("p", text, "title", text).document())
                .contains("<p title=\"" + shown + "\">" + shown + "</p>");
    }

    @Test
    void unknownTag_isRefused() {
        HtmlWriter html = new HtmlWriter();
        assertThatThrownBy(() -> html.open("script")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void unknownAttribute_isRefused() {
        HtmlWriter html = new HtmlWriter();
        assertThatThrownBy(() -> html.open("p", "onclick", "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void attributeWithoutValue_isRefused() {
        HtmlWriter html = new HtmlWriter();
        assertThatThrownBy(() -> html.open("p", "class")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void unclosedElement_isNoDocument() {
        HtmlWriter html = new HtmlWriter().open("p");
        assertThatThrownBy(html::document).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void styleThatEndsItsElement_isRefused() {
        assertThatThrownBy(() -> new Stylesheet("p {} </style>")).isInstanceOf(IllegalArgumentException.class);
    }
}
