package io.attestedmesh.attest.verify;

import io.attestedmesh.attest.evidence.Bytes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Writes DER by hand; anything wrong is put in as it is. */
final class Der {
    private static final DateTimeFormatter UTC_TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private Der() {}

    static Bytes hex(String digits) {
        return Bytes.fromHex(digits.replace(" ", ""));
    }

    static Bytes tlv(int tag, Bytes... parts) {
        Bytes content = Bytes.concat(parts);
        int size = content.size();
        Bytes length = size < 0x80
                ? Bytes.of((byte) size)
                : size < 0x100
                        ? Bytes.of((byte) 0x81, (byte) size)
                        : Bytes.of((byte) 0x82, (byte) (size >> 8), (byte) size);
        return Bytes.concat(Bytes.of((byte) tag), length, content);
    }

    static Bytes sequence(Bytes... parts) {
        return tlv(0x30, parts);
    }

    static Bytes integer(String hex) {
        return tlv(0x02, hex(hex));
    }

    static Bytes bitString(Bytes content) {
        return tlv(0x03, Bytes.of((byte) 0), content);
    }

    static Bytes octets(Bytes content) {
        return tlv(0x04, content);
    }

    static Bytes oid(String hex) {
        return tlv(0x06, hex(hex));
    }

    static Bytes time(Instant instant) {
        return time(0x17, UTC_TIME.format(instant));
    }

    static Bytes time(int tag, String text) {
        return tlv(tag, Bytes.of(text.getBytes(StandardCharsets.US_ASCII)));
    }

    /** A name of one common name. */
    static Bytes name(String commonName) {
        Bytes text = tlv(0x0c, Bytes.of(commonName.getBytes(StandardCharsets.UTF_8)));
        return sequence(tlv(0x31, sequence(oid("550403"), text)));
    }
}
