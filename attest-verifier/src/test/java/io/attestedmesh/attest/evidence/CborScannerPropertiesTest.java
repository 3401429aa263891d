package io.attestedmesh.attest.evidence;

import static io.attestedmesh.attest.evidence.MalformedReason.*;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Step 1, over items of every shape. */
class CborScannerPropertiesTest {
    @Property
    void strictItem_acceptedAndReadToItsEndByJackson(@ForAll("items") Bytes item) throws Exception {
        CborScanner.requireStrict(item.toByteArray());
        CborScanner.requireWellFormed(item.toByteArray());
        assertThat(jacksonReads(item.toByteArray())).isEqualTo(item.size());
    }

    @Property
    void strictItem_cutAnywhere_truncated(@ForAll("items") Bytes item, @ForAll @IntRange(max = 1_000_000) int cut) {
        byte[] prefix = Arrays.copyOf(item.toByteArray(), cut % item.size());

        assertThat(strictness(prefix)).isEqualTo(CBOR_TRUNCATED);
        assertThat(wellFormedness(prefix)).isEqualTo(CBOR_TRUNCATED);
    }

    @Property
    void strictItem_withAnythingBehind_trailing(
            @ForAll("items") Bytes item, @ForAll @Size(min = 1, max = 8) byte[] more) {
        byte[] longer = Bytes.concat(item, Bytes.of(more)).toByteArray();

        assertThat(strictness(longer)).isEqualTo(CBOR_TRAILING_BYTES);
        assertThat(wellFormedness(longer)).isEqualTo(CBOR_TRAILING_BYTES);
    }

    @Property
    void anyEntryTwice_duplicate(@ForAll("items") Bytes value, @ForAll("keys") Bytes key) {
        assertThat(strictness(Cbor.map(key, value, key, Cbor.NULL).toByteArray()))
                .isEqualTo(CBOR_DUPLICATE_KEY);
        assertThat(strictness(Cbor.indefiniteMap(key, value, key, value).toByteArray()))
                .isEqualTo(CBOR_DUPLICATE_KEY);
    }

    @Property
    void anyArgumentLongerThanNeeded_notMinimal(
            @ForAll @IntRange(max = 5) int major,
            @ForAll @IntRange(min = 24, max = 27) int info,
            @ForAll long argument) {
        long widest = info == 24 ? 23 : (1L << (4 << (info - 24))) - 1;
        long small = Long.remainderUnsigned(argument, widest + 1);

        assertThat(strictness(Cbor.headOf(major, info, small).toByteArray())).isEqualTo(CBOR_NOT_MINIMAL);
    }

    @Property
    void strictItem_withOneByteChanged_neverStrictWithoutBeingWellFormedAndReadable(
            @ForAll("items") Bytes item, @ForAll @IntRange(max = 1_000_000) int where, @ForAll byte change)
            throws IOException {
        byte[] changed = item.toByteArray();
        changed[where % changed.length] ^= change;
        if (strictness(changed) == null) {
            assertThat(wellFormedness(changed)).isNull();
            assertThat(jacksonReads(changed)).isEqualTo(changed.length);
        }
    }

    @Property
    void anyBytes_judgedByReasonOnly(@ForAll byte[] input) {
        boolean strict = strictness(input) == null;
        boolean wellFormed = wellFormedness(input) == null;

        assertThat(strict && !wellFormed).isFalse();
    }

    @Provide
    Arbitrary<Bytes> items() {
        return items(3);
    }

    private Arbitrary<Bytes> items(int levels) {
        if (levels == 0) {
            return scalars();
        }
        Arbitrary<Bytes> inner = items(levels - 1);
        return Arbitraries.oneOf(
                scalars(),
                inner.array(Bytes[].class).ofMaxSize(4).map(Cbor::array),
                inner.array(Bytes[].class).ofMaxSize(4).map(Cbor::indefiniteArray),
                Arbitraries.maps(keys(), inner).ofMaxSize(4).map(entries -> Cbor.map(flat(entries))),
                Arbitraries.maps(keys(), inner).ofMaxSize(4).map(entries -> Cbor.indefiniteMap(flat(entries))));
    }

    @Provide
    Arbitrary<Bytes> keys() {
        return Arbitraries.oneOf(
                Arbitraries.longs().map(Cbor::integer),
                Arbitraries.strings().ofMaxLength(30).map(Cbor::text));
    }

    private Arbitrary<Bytes> scalars() {
        return Arbitraries.oneOf(
                keys(),
                Arbitraries.bytes().array(byte[].class).ofMaxSize(300).map(content -> Cbor.bytes(Bytes.of(content))),
                Arbitraries.of(Cbor.NULL, Cbor.hex("f4"), Cbor.hex("f5"), Cbor.hex("1bffffffffffffffff")));
    }

    private static Bytes[] flat(Map<Bytes, Bytes> entries) {
        return entries.entrySet().stream()
                .flatMap(entry -> java.util.stream.Stream.of(entry.getKey(), entry.getValue()))
                .toArray(Bytes[]::new);
    }

    /** How many bytes Jackson takes for one item. */
    private static long jacksonReads(byte[] in) throws IOException {
        try (JsonParser parser = new CBORFactory().createParser(in)) {
            parser.nextToken();
            parser.skipChildren();
            parser.finishToken();
            return parser.currentLocation().getByteOffset();
        }
    }

    private static MalformedReason strictness(byte[] in) {
        try {
            CborScanner.requireStrict(in);
            return null;
        } catch (MalformedEvidenceException e) {
            return e.reason();
        }
    }

    private static MalformedReason wellFormedness(byte[] in) {
        try {
            CborScanner.requireWellFormed(in);
            return null;
        } catch (MalformedEvidenceException e) {
            return e.reason();
        }
    }
}
