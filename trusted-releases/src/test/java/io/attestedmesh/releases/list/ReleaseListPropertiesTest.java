package io.attestedmesh.releases.list;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.releases.MalformedReleasesException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ReleaseListPropertiesTest {
    private static final long LAST_SECOND = 253_402_300_799L;

    @Property
    void encodedList_isReadAsItWas(@ForAll("lists") ReleaseList list) throws Exception {
        assertThat(ReleaseList.parse(list.encode())).isEqualTo(list);
    }

    @Property
    void shortenedList_isMalformed(@ForAll("lists") ReleaseList list, @ForAll int cut) {
        Bytes encoded = list.encode();
        Bytes shorter = encoded.slice(0, Math.floorMod(cut, encoded.size() - 1));

        assertThatThrownBy(() -> ReleaseList.parse(shorter)).isInstanceOf(MalformedReleasesException.class);
    }

    @Provide
    Arbitrary<ReleaseList> lists() {
        return Combinators.combine(
                        names(),
                        Arbitraries.longs().between(1, (1L << 53) - 1),
                        Arbitraries.longs().between(0, LAST_SECOND - 1),
                        releases().list().ofMaxSize(4))
                .as((name, version, issued, releases) -> new ReleaseList(
                        name, version, Instant.ofEpochSecond(issued), Instant.ofEpochSecond(issued + 1), releases));
    }

    private static Arbitrary<String> names() {
        return Arbitraries.strings().withChars("abcXYZ019._-").ofMaxLength(63).map(rest -> "n" + rest);
    }

    private static Arbitrary<Release> releases() {
        return Combinators.combine(
                        Arbitraries.of("kms", "Edge-1"),
                        Arbitraries.of("0.0.0", "1.2.3-rc.1+b-7"),
                        registers(),
                        images().optional(),
                        sources().optional(),
                        times().list().ofSize(2),
                        revocations().optional(),
                        bytes(0, 300).optional())
                .as(ReleaseListPropertiesTest::release);
    }

    private static Release release(
            String name,
            String version,
            PcrBank pcrs,
            Optional<ImageFile> image,
            Optional<SourceCode> source,
            List<Instant> times,
            Optional<Revocation> revocation,
            Optional<Bytes> certificate) {
        Instant first = times.get(0).isBefore(times.get(1)) ? times.get(0) : times.get(1);
        Instant last = times.get(0).isBefore(times.get(1)) ? times.get(1) : times.get(0);
        boolean limited = source.isPresent();
        ReleaseStatus other = limited ? ReleaseStatus.DEPRECATED : ReleaseStatus.ACTIVE;
        return new Release(
                name,
                version,
                revocation.isPresent() ? ReleaseStatus.REVOKED : other,
                pcrs,
                image,
                source,
                limited ? Optional.of(first) : Optional.empty(),
                image.isPresent() ? Optional.of(last) : Optional.empty(),
                revocation,
                certificate);
    }

    private static Arbitrary<PcrBank> registers() {
        return Arbitraries.maps(Arbitraries.of(Release.REGISTERS), bytes(48, 48))
                .map(PcrBank::of);
    }

    private static Arbitrary<ImageFile> images() {
        return Combinators.combine(bytes(48, 48), Arbitraries.longs().between(1, (1L << 53) - 1))
                .as(ImageFile::new);
    }

    private static Arbitrary<SourceCode> sources() {
        Arbitrary<String> commits =
                Arbitraries.of(20, 32).flatMap(size -> bytes(size, size)).map(Bytes::hex);
        return Combinators.combine(
                        Arbitraries.of("https://git.example/a", "https://x.example:8443/b?c=d#e"),
                        commits,
                        bytes(48, 48))
                .as(SourceCode::new);
    }

    private static Arbitrary<Revocation> revocations() {
        Arbitrary<String> reasons = Arbitraries.strings()
                .ofMaxLength(100)
                .map(text -> "r" + text.replaceAll("[\\p{Cc}\\p{Zl}\\p{Zp}\\p{Cs}]", ""));
        return Combinators.combine(times(), reasons).as(Revocation::new);
    }

    private static Arbitrary<Instant> times() {
        return Arbitraries.longs().between(0, LAST_SECOND).map(Instant::ofEpochSecond);
    }

    private static Arbitrary<Bytes> bytes(int min, int max) {
        return Arbitraries.bytes()
                .array(byte[].class)
                .ofMinSize(min)
                .ofMaxSize(max)
                .map(Bytes::of);
    }
}
