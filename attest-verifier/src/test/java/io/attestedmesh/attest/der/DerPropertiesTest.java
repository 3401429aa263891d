package io.attestedmesh.attest.der;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class DerPropertiesTest {
    @Property(tries = 200)
    void element_ofAnyLength_readBackAndOneBytesLessRefused(@ForAll @IntRange(max = 70_000) int length)
            throws DerException {
        Bytes contents = Bytes.of(new byte[length]);
        byte[] written = DerWriter.element(DerReader.OCTET_STRING, contents).toByteArray();
        DerReader reader = DerReader.of(written);

        assertThat(Bytes.of(reader.enter(DerReader.OCTET_STRING).rest())).isEqualTo(contents);
        assertThat(reader.isEmpty()).isTrue();
        byte[] cut = java.util.Arrays.copyOf(written, written.length - 1);
        assertThat(refuses(cut)).isTrue();
    }

    @Property
    void integer_asJavaWritesIt_readBack(@ForAll BigInteger value) throws DerException {
        Bytes written = DerWriter.element(DerReader.INTEGER, Bytes.of(value.toByteArray()));

        assertThat(DerReader.of(written.toByteArray()).integer()).isEqualTo(value);
    }

    /** What is accepted has one encoding: that of its parts. */
    @Property
    void anyBytes_refusedOrWrittenBackAlike(@ForAll @Size(max = 40) byte[] bytes) throws DerException {
        if (refuses(bytes)) {
            return;
        }
        DerReader reader = DerReader.of(bytes);
        Bytes again = Bytes.EMPTY;
        while (!reader.isEmpty()) {
            int tag = reader.nextTag();
            again = Bytes.concat(
                    again, DerWriter.element(tag, Bytes.of(reader.enter(tag).rest())));
        }
        assertThat(again).isEqualTo(Bytes.of(bytes));
    }

    private static boolean refuses(byte[] bytes) {
        try {
            DerReader.of(bytes).requireStrict();
            return false;
        } catch (DerException e) {
            return true;
        }
    }
}
