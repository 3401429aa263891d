package io.attestedmesh.attest.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CborHeadTest {
    /** Examples of RFC 8949, appendix A, and the edges of each form. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, 00",
        "0, 23, 17",
        "0, 24, 1818",
        "0, 255, 18ff",
        "0, 256, 190100",
        "0, 1000, 1903e8",
        "0, 65535, 19ffff",
        "0, 65536, 1a00010000",
        "0, 1000000, 1a000f4240",
        "0, 2147483647, 1a7fffffff",
        "1, 99, 3863",
        "2, 4, 44",
        "3, 0, 60",
        "4, 25, 9819",
        "5, 2, a2",
        "6, 18, d2",
        "7, 20, f4"
    })
    void of_isTheShortestForm(int major, int argument, String head) {
        assertThat(CborHead.of(major, argument).hex()).isEqualTo(head);
    }

    @Property
    void of_unsignedInteger_isWhatJacksonWrites(@ForAll @IntRange(min = 0) int value) throws IOException {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        try (CBORGenerator generator = new CBORFactory().createGenerator(written)) {
            generator.writeNumber(value);
        }
        assertThat(CborHead.of(0, value)).isEqualTo(Bytes.of(written.toByteArray()));
    }

    @Test
    void of_whatNoHeadCanSay_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> CborHead.of(8, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> CborHead.of(-1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> CborHead.of(2, -1));
    }
}
