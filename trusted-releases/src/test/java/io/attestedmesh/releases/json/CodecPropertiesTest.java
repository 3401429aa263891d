package io.attestedmesh.releases.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import java.time.Instant;
import java.util.Base64;
import java.util.function.Consumer;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

/** What is written is read as it was; bytes have one text only. */
class CodecPropertiesTest {
    private static final int MAX = 10_000;

    @Property
    void bytes_areReadAsTheyWereWritten(@ForAll @Size(max = 200) byte[] value) throws Exception {
        Bytes bytes = Bytes.of(value);

        assertRead(bytes, out -> out.hex(bytes), in -> in.hex(value.length));
        assertRead(bytes, out -> out.base64(bytes), in -> in.base64(200));
        assertRead(bytes, out -> out.base64url(bytes), in -> in.base64url(200));
    }

    @Property
    void base64_withOneCharacterChanged_isOtherBytesOrNone(
            @ForAll @Size(min = 1, max = 20) byte[] value, @ForAll int place, @ForAll char other) {
        StringBuilder text = new StringBuilder(Base64.getEncoder().encodeToString(value));
        int at = Math.floorMod(place, text.length());
        boolean same = text.charAt(at) == other;
        text.setCharAt(at, other);

        try {
            assertThat(Encodings.base64(text.toString()).equals(Bytes.of(value)))
                    .isEqualTo(same);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageMatching("not (canonical )?base64");
        }
    }

    @Property
    void time_isReadAsItWasWritten(@ForAll @LongRange(min = -62_167_219_200L, max = 253_402_300_799L) long second)
            throws Exception {
        Instant time = Instant.ofEpochSecond(second);

        assertRead(time, out -> out.instant(time), JsonReader::instant);
    }

    @Property
    void integer_isReadAsItWasWritten(@ForAll @LongRange(min = 0) long value) throws Exception {
        assertRead(value, out -> out.integer(value), in -> in.integer(0, Long.MAX_VALUE));
    }

    @Property
    void text_isReadAsItWasWritten(@ForAll @StringLength(max = 100) String text) throws Exception {
        Assume.that(text.codePoints().noneMatch(c -> Character.getType(c) == Character.SURROGATE));

        assertRead(text, out -> out.text(text), in -> in.text(100));
    }

    private static <T> void assertRead(T value, Consumer<JsonWriter> content, JsonReader.Format<T> format)
            throws MalformedReleasesException {
        T read = JsonReader.read("test", JsonWriter.document(content), MAX, format);

        assertThat(read).isEqualTo(value);
    }
}
