package io.attestedmesh.releases.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What strict means: one reading of a document or none. */
class JsonReaderTest {
    private static final int MAX = 1024;

    @Test
    void members_areReadInAnyOrder() throws Exception {
        assertThat(read("{\"b\":2,\"a\":[1,2]}")).isEqualTo("[1, 2] 2");
        assertThat(read(" {\"a\" : [ ] , \"b\" : 0 }\n")).isEqualTo("[] 0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "                          | test: not an object",
                "7                         | test: not an object",
                "{'a':[]}                  | test: member \"b\" is missing",
                "{'a':[],'b':'1'}          | test, b: not an integer",
                "{'a':[],'b':null}         | test, b: not an integer",
                "{'a':[],'b':1.0}          | test, b: not an integer",
                "{'a':[],'b':1e1}          | test, b: not an integer",
                "{'a':[],'b':true}         | test, b: not an integer",
                "{'a':[],'b':-1}           | test, b: not from 0 to 9",
                "{'a':[],'b':-0}           | test, b: not from 0 to 9",
                "{'a':[],'b':10}           | test, b: not from 0 to 9",
                "{'a':[],'b':18446744073709551616} | test, b: an integer of more than 64 bits",
                "{'a':[],'b':111111111111111111111} | test: line 1, column 34: no strict JSON: Number value length",
                "{'a':[1,2,3,4],'b':1}     | test, a[3]: more than 3 elements",
                "{'a':[1,[]],'b':1}        | test, a[1]: not an integer",
                "{'a':[1,{}],'b':1}        | test, a[1]: not an integer",
                "{'a':{},'b':1}            | test, a: not an array",
                "{'a':[],'b':1,'c':{}}     | test: unknown member \"c\"",
                "{'a':[],'b':1,'\\n€':1}   | test: unknown member \"\\u000a\\u20ac\"",
                "{'a':[],'b':1,'b':1}      | no strict JSON: Duplicate",
                "{'a':[],'b':1,'\\u0062':1} | no strict JSON: Duplicate",
                "{'a':[],'b':1}{}          | test: there is more behind the end of the document",
                "{'a':[],'b':1}]           | no strict JSON",
                "{'a':[],'b':1             | no strict JSON",
                "{'a':[],'b':1,}           | no strict JSON",
                "{'a':[,],'b':1}           | no strict JSON",
                "{'a':[1,],'b':1}          | no strict JSON",
                "{'a':[],'b':01}           | no strict JSON",
                "{'a':[],'b':+1}           | no strict JSON",
                "{'a':[],'b':NaN}          | no strict JSON",
                "{'a':[],b:1}              | no strict JSON",
                "{'a':[],/**/'b':1}        | no strict JSON",
                "{'a':[],'b':1}#           | no strict JSON",
                "{'a':[],'b':1,'\u0001':1} | no strict JSON",
                "{'a':[],'\\x':1}          | no strict JSON",
            })
    void document_isMalformed(String json, String message) {
        assertMalformed(json == null ? "" : json.replace('\'', '"'), message);
    }

    @Test
    void document_longerThanAllowed_isMalformed() {
        assertMalformed(" ".repeat(MAX + 1), "test: 1025 bytes, more than 1024");
    }

    @Test
    void nesting_ofMoreThan16_isMalformed() throws Exception {
        assertThat(deep(16)).isEqualTo(16);
        assertThatThrownBy(() -> deep(17))
                .isInstanceOf(MalformedReleasesException.class)
                .hasMessageContaining("no strict JSON: Document nesting depth (17)");
    }

    @Test
    void memberName_ofMoreThan64_isMalformed() {
        assertMalformed("{\"" + "n".repeat(65) + "\":1}", "no strict JSON: Name length (65)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE", "UTF-16"})
    void otherUnicode_isMalformed(String charset) {
        Bytes document = Bytes.of("{\"a\":[],\"b\":1}".getBytes(Charset.forName(charset)));

        assertMalformed(document, "test: not UTF-8 without a byte order mark");
    }

    @ParameterizedTest
    @ValueSource(strings = {"efbbbf7b7d", "7bff7d", "7b22c0af227d", "7b22eda080227d", "7b22c3227d", "007b7d"})
    void otherBytesThanUtf8_areMalformed(String hex) {
        assertMalformed(Bytes.fromHex(hex), "test: not UTF-8 without a byte order mark");
    }

    @Test
    void text_isReadAsItIs() throws Exception {
        assertThat(text("\"a\\u00e4\\n\\ud83d\\ude00 \uD83D\uDE00\"")).isEqualTo("aä\n😀 😀");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\ud83d", "\\ude00", "\\ud83dx", "\\ude00\\ud83d", "\\ud83d\\ud83d\\ude00"})
    void text_withHalfAPair_isMalformed(String escaped) {
        assertThatThrownBy(() -> text("\"" + escaped + "\""))
                .isInstanceOf(MalformedReleasesException.class)
                .hasMessage("text: half a surrogate pair");
    }

    @Test
    void text_longerThanAllowed_isMalformed() {
        assertThatThrownBy(() -> text("\"" + "a".repeat(41) + "\""))
                .isInstanceOf(MalformedReleasesException.class)
                .hasMessage("text: more than 40 characters");
    }

    @Test
    void time_isRead() throws Exception {
        assertThat(time("2026-11-20T10:00:00Z")).isEqualTo(Instant.parse("2026-11-20T10:00:00Z"));
        assertThat(time("0000-02-29T23:59:59Z")).isEqualTo(Instant.parse("0000-02-29T23:59:59Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-20T10:00:00+00:00",
                "2026-11-20T10:00:00.0Z",
                "2026-11-20T10:00Z",
                "2026-11-20t10:00:00z",
                "2026-11-20 10:00:00Z",
                "2026-11-20T24:00:00Z",
                "2026-12-31T23:59:60Z",
                "2026-02-29T10:00:00Z",
                "2026-13-01T10:00:00Z",
                "-001-01-01T00:00:00Z",
                "+10000-01-01T00:00Z",
                "1763632800",
                ""
            })
    void time_inAnyOtherForm_isMalformed(String text) {
        assertThatThrownBy(() -> time(text))
                .isInstanceOf(MalformedReleasesException.class)
                .hasMessageMatching("time: (not a time as 2026-11-20T10:00:00Z|more than 20 characters)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0a", "0a0b0", "0a0B", "0a0g", "0A0b", "0x0a", "0a0\u0661"})
    void hex_inAnyOtherForm_isMalformed(String text) {
        assertThatThrownBy(() -> read("hex", text, in -> in.hex(2))).isInstanceOf(MalformedReleasesException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"YQ", "YQ=", "YR==", "YWI", "YWJ=", "YQ==\n", "-_-_", "Y*==", "====", "YQ==YQ==", "\u0159Q=="})
    void base64_inAnyOtherForm_isMalformed(String text) {
        assertThatThrownBy(() -> read("base64", text, in -> in.base64(6)))
                .isInstanceOf(MalformedReleasesException.class)
                .hasMessageMatching("base64: not (canonical )?base64");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Y", "YQ==", "YR", "YWJ", "YQ\n", "+/+/", "Y*", "\u0159Q"})
    void base64url_inAnyOtherForm_isMalformed(String text) {
        assertThatThrownBy(() -> read("base64url", text, in -> in.base64url(6)))
                .isInstanceOf(MalformedReleasesException.class)
                .hasMessageMatching("base64url: not (canonical )?base64url");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'€':'\ud83d\ude00','b':'YQ'}",
                "\n { 'é\\u20ac' : [ ] , 'b' :\r\n\t'YQ' } ",
                "{'b':'YQ','€':'YQ=='}",
                "{'b':'Y\\u0051'}",
                "{'b':'\\u0059Q'}"
            })
    void base64url_isReadWhereverItStands(String json) throws Exception {
        assertThat(base64urlOfB(json)).isEqualTo(utf8("a"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{'b':'YQYQYQ'}       | test, b: more than 4 characters",
                "{'b':'Y\\u0051YQYQ'} | test, b: more than 4 characters",
                "{'b':'YQ\\'}         | no strict JSON",
                "{'b':'YQ             | no strict JSON",
                "{'b':'YQ'            | no strict JSON",
                "{'b':1}              | test, b: not a string",
                "{'b':'Y\tQ'}         | test, b: not base64url",
                "{'b':'Y€'}           | test, b: not base64url"
            })
    void base64url_thatIsNone_isMalformed(String json, String problem) {
        assertThatThrownBy(() -> base64urlOfB(json))
                .isInstanceOf(MalformedReleasesException.class)
                .hasMessageContaining(problem);
    }

    /** Of member b, whatever other members there are. */
    private static Bytes base64urlOfB(String json) throws MalformedReleasesException {
        return JsonReader.read("test", utf8(json.replace('\'', '"')), MAX, in -> {
            Bytes found = Bytes.EMPTY;
            in.beginObject();
            while (in.nextMember()) {
                if (in.member().equals("b")) {
                    found = in.base64url(3);
                } else {
                    in.skip();
                }
            }
            return found;
        });
    }

    @Test
    void nullValue_isTold() throws Exception {
        assertThat(JsonReader.read("test", utf8("null"), MAX, JsonReader::isNull))
                .isTrue();
        assertThat(JsonReader.read("test", utf8("0"), MAX, JsonReader::isNull)).isFalse();
    }

    private static String read(String json) throws MalformedReleasesException {
        return JsonReader.read("test", utf8(json), MAX, JsonReaderTest::members);
    }

    private static String members(JsonReader in) throws MalformedReleasesException {
        List<Long> a = new ArrayList<>();
        Long b = null;
        in.beginObject();
        while (in.nextMember()) {
            switch (in.member()) {
                case "a" -> {
                    in.beginArray();
                    while (in.nextElement(3)) {
                        a.add(in.integer(1, 3));
                    }
                }
                case "b" -> b = in.integer(0, 9);
                default -> throw in.unknownMember();
            }
        }
        return a + " " + in.required("b", b);
    }

    private static int deep(int levels) throws MalformedReleasesException {
        return JsonReader.read("test", utf8("[".repeat(levels) + "]".repeat(levels)), MAX, JsonReaderTest::depth);
    }

    private static int depth(JsonReader in) throws MalformedReleasesException {
        int deepest = 0;
        in.beginArray();
        while (in.nextElement(1)) {
            deepest = depth(in);
        }
        return deepest + 1;
    }

    private static Instant time(String text) throws MalformedReleasesException {
        return read("time", text, JsonReader::instant);
    }

    private static String text(String json) throws MalformedReleasesException {
        return JsonReader.read("text", utf8(json), MAX, in -> in.text(40));
    }

    private static <T> T read(String what, String text, JsonReader.Format<T> format) throws MalformedReleasesException {
        return JsonReader.read(what, utf8("\"" + text.replace("\n", "\\n") + "\""), MAX, format);
    }

    private static void assertMalformed(String json, String message) {
        assertMalformed(utf8(json), message);
    }

    private static void assertMalformed(Bytes document, String message) {
        assertThatThrownBy(() -> JsonReader.read("test", document, MAX, JsonReaderTest::members))
                .isInstanceOf(MalformedReleasesException.class)
                .hasMessageContaining(message);
    }

    private static Bytes utf8(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
