package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Pcr;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.releases.fixture.Publisher;
import io.attestedmesh.releases.list.ImageFile;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseStatus;
import io.attestedmesh.releases.list.Revocation;
import io.attestedmesh.releases.list.SourceCode;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.TreeMap;

/** A release that says everything an auditor likes to read, to be changed and made. */
final class ReleaseDraft {
    /** CN=alice.example, O=Acme, from 2026-01-01T00:00:00Z until 2028-09-27T00:00:00Z. */
    static final Bytes CERTIFICATE = Bytes.of(Base64.getDecoder()
            .decode("MIIBozCCASmgAwIBAgIJAJqiTeuuCHaMMAoGCCqGSM49BAMDMCcxDTALBgNVBAoTBEFjbWUxFjAUBgNVBAMTDWFsaWNl"
                    + "LmV4YW1wbGUwHhcNMjYwMTAxMDAwMDAwWhcNMjgwOTI3MDAwMDAwWjAnMQ0wCwYDVQQKEwRBY21lMRYwFAYDVQQDEw1h"
                    + "bGljZS5leGFtcGxlMHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEyvPvI8s2ur/iX9fnFT+kw/qcU9xSH9NZNCkuTCL9eNv2"
                    + "GxRsomZoSmxJ2Fun9MvAmkTrdxg9VvxjpiD80vM8tUDBoplRfZ5HvWteth7hJ/oyJkeBRKa9fzc56ehlCk/doyEwHzAd"
                    + "BgNVHQ4EFgQU52VwvZjVz6IU26WDMJ9yf6h0MTwwCgYIKoZIzj0EAwMDaAAwZQIwSfxHIjj6qHUgnKMAQ55V0DXR6w1F"
                    + "hKdeW5LWaI3z7cmNm2fFTm2xwBUzcNcZiYwtAjEA+jHstMtnwv8QK2DjDWpBpdjhNIMv544qDIV92ISRulhZBgc/ivFA"
                    + "PMh8ZKL04rKJ"));

    static final Instant CERTIFICATE_FROM = Instant.parse("2026-01-01T00:00:00Z");
    static final Instant CERTIFICATE_UNTIL = Instant.parse("2028-09-27T00:00:00Z");

    private final TreeMap<Integer, Bytes> pcrs = new TreeMap<>();
    private final String name;
    private final String version;
    private ReleaseStatus status = ReleaseStatus.ACTIVE;
    private Optional<ImageFile> image;
    private Optional<SourceCode> source;
    private Optional<Instant> notBefore = Optional.empty();
    private Optional<Instant> notAfter = Optional.empty();
    private Optional<Revocation> revocation = Optional.empty();
    private Optional<Bytes> certificate = Optional.empty();

    /** Of the code, image and source that belong to {@code seed}. */
    ReleaseDraft(String name, String version, int seed) {
        this.name = name;
        this.version = version;
        pcrs.putAll(Publisher.code(seed).values());
        image = Optional.of(new ImageFile(Publisher.register(seed, 20), 50_000_000 + seed));
        source = Optional.of(new SourceCode(
                "https://git.example/acme/" + name,
                "0123456789abcdef0123456789abcdef01234567",
                Publisher.register(seed, 21)));
    }

    ReleaseDraft code(int seed) {
        pcrs.putAll(Publisher.code(seed).values());
        return this;
    }

    ReleaseDraft pcr(int index, Bytes value) {
        pcrs.put(index, value);
        return this;
    }

    ReleaseDraft withoutPcr(int index) {
        pcrs.remove(index);
        return this;
    }

    ReleaseDraft deprecated() {
        status = ReleaseStatus.DEPRECATED;
        return this;
    }

    ReleaseDraft revoked(Instant at, String reason) {
        status = ReleaseStatus.REVOKED;
        revocation = Optional.of(new Revocation(at, reason));
        return this;
    }

    ReleaseDraft withoutSource() {
        source = Optional.empty();
        return this;
    }

    ReleaseDraft withoutImage() {
        image = Optional.empty();
        return this;
    }

    ReleaseDraft image(Bytes sha384, long size) {
        image = Optional.of(new ImageFile(sha384, size));
        return this;
    }

    ReleaseDraft notBefore(Instant time) {
        notBefore = Optional.of(time);
        return this;
    }

    ReleaseDraft notAfter(Instant time) {
        notAfter = Optional.of(time);
        return this;
    }

    /** With the PCR8 that belongs to it. */
    ReleaseDraft signedWith(Bytes der) {
        certificate = Optional.of(der);
        return pcr(8, pcr8Of(der));
    }

    static Bytes pcr8Of(Bytes der) {
        return Pcr.extendOfZero(sha384(der));
    }

    static Bytes sha384(Bytes data) {
        try {
            return Bytes.of(MessageDigest.getInstance("SHA-384").digest(data.toByteArray()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    Release make() {
        return new Release(
                name, version, status, PcrBank.of(pcrs), image, source, notBefore, notAfter, revocation, certificate);
    }
}
