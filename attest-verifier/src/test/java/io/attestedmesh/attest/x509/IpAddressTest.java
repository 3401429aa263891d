package io.attestedmesh.attest.x509;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
    @Property(tries = 500)
    void text_readsBack(
            @ForAll @Size(16) byte[] octets, @ForAll @IntRange(max = 15) int from, @ForAll @IntRange(max = 15) int to)
            throws UnknownHostException {
        for (int i = from; i < to; i++) {
            octets[i] = 0;
        }
        Bytes address = Bytes.of(octets);
        String text = IpAddress.text(address);

        assertThat(IpAddress.parse(text)).contains(address);
        assertThat(IpAddress.parse("[" + text + "]")).contains(address);
        assertThat(Inet6Address.getByAddress(null, octets, -1)).isEqualTo(reread(text, octets));
    }

    /** The platform turns mapped addresses into IPv4 ones. */
    private static InetAddress reread(String text, byte[] octets) throws UnknownHostException {
        InetAddress read = InetAddress.getByName(text);
        return read instanceof Inet6Address ? read : Inet6Address.getByAddress(null, octets, -1);
    }

    @Property(tries = 500)
    void fourOctets_readBack(@ForAll @Size(4) byte[] octets) throws UnknownHostException {
        Bytes address = Bytes.of(octets);

        assertThat(IpAddress.text(address))
                .isEqualTo(InetAddress.getByAddress(octets).getHostAddress());
        assertThat(IpAddress.parse(IpAddress.text(address))).contains(address);
    }

    @ParameterizedTest
    @CsvSource({
        "::, 00000000000000000000000000000000",
        "1::, 00010000000000000000000000000000",
        "::ffff:192.0.2.1, 00000000000000000000ffffc0000201",
        "1:2:3:4:5:6:1.2.3.4, 00010002000300040005000601020304",
        "1:2:3:4:5:6:7::, 00010002000300040005000600070000"
    })
    void forms_areRead(String text, String octets) {
        assertThat(IpAddress.parse(text)).contains(Bytes.fromHex(octets));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "1.2.3.04",
                "1.2.3.-4",
                "1.2.3.+4",
                "1.2.3.a",
                "٣.1.1.1",
                ":",
                ":::",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1::2::3",
                "1:2:3:4:5:6:7:8::",
                "::1.2.3.4.5",
                "1.2.3.4::",
                "12345::",
                "::g",
                "::1%eth0",
                "[::1",
                "[1.2.3.4]",
                "1:2:3:4:5:6:7:1.2.3.4"
            })
    void otherText_isNoAddress(String text) {
        assertThat(IpAddress.parse(text)).isEmpty();
    }
}
