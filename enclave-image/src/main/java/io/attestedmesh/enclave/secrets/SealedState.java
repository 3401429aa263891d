package io.attestedmesh.enclave.secrets;

import static io.attestedmesh.enclave.secrets.SecretsReason.STATE_CONFLICT;
import static io.attestedmesh.enclave.secrets.SecretsReason.STATE_FORK;
import static io.attestedmesh.enclave.secrets.SecretsReason.STATE_ROLLED_BACK;
import static io.attestedmesh.enclave.secrets.SecretsReason.TOO_LARGE;
import static io.attestedmesh.enclave.secrets.SecretsReason.UNAVAILABLE;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * State of an enclave that outlives it: one object of a bucket a name, {@code prefix + name}, a sealed envelope with the
 * version inside. A write replaces exactly the version that was read (conditional PUT, {@code If-Match} and
 * {@code If-None-Match: *}), so of two writers one gets {@link SecretsReason#STATE_CONFLICT} and none loses the other's
 * work. Earlier versions are kept by the bucket, if it has versioning.
 *
 * <p><b>Rollback.</b> The store sees and alters nothing, but it can give back an older object, which is authentic too.
 * What this object has read or written it remembers: nothing older is taken afterwards, and nothing else of the same
 * version. A restart forgets that. Then only {@code minimumVersion} holds, which has to come from somewhere the store
 * does not control: the image, a peer, a signed document. Against a store that starts a new enclave on old state there is
 * no other means inside an enclave; docs/releases.md, "Restart on a rolled back disk", says the same of lists.
 *
 * <p>Thread-safe; calls follow one after the other.
 */
public final class SealedState implements AutoCloseable {
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int PRECONDITION_FAILED = 412;
    private static final String SERVICE = "S3";

    /** The highest version seen of a name, and the SHA-384 of its envelope. */
    private record Seen(long version, Bytes digest) {}

    private record StoredObject(Bytes content, String entityTag) {}

    private final S3Client client;
    private final String bucket;
    private final String prefix;
    private final Sealer sealer;
    private final Opener opener;
    private final Map<String, Seen> seen = new HashMap<>();

    /**
     * @param client of {@link AwsClients#s3}; closed with this
     * @param prefix of the objects' keys, as {@code node-a/}; may be empty
     */
    public SealedState(S3Client client, String bucket, String prefix, Sealer sealer, Opener opener) {
        this.client = client;
        this.bucket = bucket;
        this.prefix = prefix;
        this.sealer = sealer;
        this.opener = opener;
    }

    /**
     * The newest version, or empty if there never was one.
     *
     * @param minimumVersion the lowest version that the caller knows to exist; 0 if none is known
     * @throws SecretsException {@link SecretsReason#STATE_ROLLED_BACK} for one below that, or below what was seen here, and
     *     for none where there was one; {@link SecretsReason#STATE_FORK} for other content of the version seen last
     */
    public synchronized Optional<StoredState> read(String name, long minimumVersion) throws SecretsException {
        NamedVersion.requireName(name);
        Optional<StoredObject> found = fetch(name);
        long least = Math.max(
                minimumVersion,
                Optional.ofNullable(seen.get(name)).map(Seen::version).orElse(0L));
        if (found.isEmpty()) {
            if (least > 0) {
                throw new SecretsException(STATE_ROLLED_BACK, "version " + least + " or newer", "no object");
            }
            return Optional.empty();
        }
        SealedEnvelope envelope = SealedEnvelope.parse(found.get().content());
        long version = envelope.of().version();
        if (version < least) {
            throw new SecretsException(STATE_ROLLED_BACK, "version " + least + " or newer", "version " + version);
        }
        requireSameAsSeen(name, version, found.get().content());
        SecretBytes content = opener.openAnyVersion(envelope, name);
        seen.put(name, new Seen(version, found.get().content().sha384()));
        return Optional.of(new StoredState(envelope.of(), content, found.get().entityTag()));
    }

    private void requireSameAsSeen(String name, long version, Bytes content) throws SecretsException {
        Seen before = seen.get(name);
        if (before != null && before.version() == version && !before.digest().equals(content.sha384())) {
            throw new SecretsException(
                    STATE_FORK, "version " + version + " as it was before", "other content of the same version");
        }
    }

    /**
     * Writes version 1.
     *
     * @throws SecretsException {@link SecretsReason#STATE_CONFLICT} if there is an object already
     */
    public synchronized StoredState create(String name, SecretBytes content) throws SecretsException {
        Seen before = seen.get(name);
        if (before != null) {
            throw new SecretsException(STATE_CONFLICT, "no state yet", "version " + before.version());
        }
        return put(new NamedVersion(name, 1), content, Optional.empty());
    }

    /**
     * Writes the version after {@code previous}.
     *
     * @throws SecretsException {@link SecretsReason#STATE_CONFLICT} if the object is not {@code previous} any more: read it
     *     again; after {@link SecretsReason#UNAVAILABLE} it may have been written or not: read it again too
     */
    public synchronized StoredState replace(StoredState previous, SecretBytes content) throws SecretsException {
        NamedVersion next = new NamedVersion(
                previous.of().name(), Math.addExact(previous.of().version(), 1));
        Seen before = seen.get(next.name());
        if (before != null && before.version() >= next.version()) {
            throw new SecretsException(STATE_CONFLICT, previous.of().toString(), "version " + before.version());
        }
        return put(next, content, Optional.of(previous.entityTag()));
    }

    private StoredState put(NamedVersion of, SecretBytes content, Optional<String> replaced) throws SecretsException {
        Bytes encoded = sealer.seal(of, content).encode();
        PutObjectRequest.Builder request = PutObjectRequest.builder()
                .bucket(bucket)
                .key(prefix + of.name())
                .contentType("application/octet-stream");
        replaced.ifPresentOrElse(request::ifMatch, () -> request.ifNoneMatch("*"));
        String entityTag;
        try {
            entityTag = client.putObject(request.build(), RequestBody.fromBytes(encoded.toByteArray()))
                    .eTag();
        } catch (S3Exception e) {
            if (!isConflict(e)) {
                throw AwsFailure.of(SERVICE, e);
            }
            entityTag = tagIfOurs(of, encoded, e);
        } catch (SdkException e) {
            throw AwsFailure.of(SERVICE, e);
        }
        seen.put(of.name(), new Seen(of.version(), encoded.sha384()));
        String tag = requireTag(entityTag);
        return new StoredState(of, content.copy(), tag);
    }

    private static boolean isConflict(S3Exception e) {
        return e.statusCode() == PRECONDITION_FAILED || e.statusCode() == CONFLICT || e.statusCode() == NOT_FOUND;
    }

    /** The SDK tries again what got no answer: then the version that is in the way is this one. */
    private String tagIfOurs(NamedVersion of, Bytes encoded, S3Exception refusal) throws SecretsException {
        Optional<StoredObject> found = fetch(of.name());
        if (found.isPresent() && found.get().content().equals(encoded)) {
            return found.get().entityTag();
        }
        throw new SecretsException(
                STATE_CONFLICT,
                "nobody else to write " + of,
                "HTTP status " + refusal.statusCode() + ", " + AwsFailure.code(refusal),
                refusal);
    }

    private Optional<StoredObject> fetch(String name) throws SecretsException {
        try (ResponseInputStream<GetObjectResponse> body =
                client.getObject(request -> request.bucket(bucket).key(prefix + name))) {
            byte[] content = body.readNBytes(SealedEnvelope.MAX_SIZE + 1);
            if (content.length > SealedEnvelope.MAX_SIZE) {
                body.abort();
                throw new SecretsException(
                        TOO_LARGE, "an object of at most " + SealedEnvelope.MAX_SIZE + " bytes", "more");
            }
            return Optional.of(new StoredObject(
                    Bytes.of(content), requireTag(body.response().eTag())));
        } catch (S3Exception e) {
            if (e.statusCode() == NOT_FOUND && AwsFailure.code(e).equals("NoSuchKey")) {
                return Optional.empty();
            }
            throw AwsFailure.of(SERVICE, e);
        } catch (SdkException e) {
            throw AwsFailure.of(SERVICE, e);
        } catch (IOException e) {
            throw new SecretsException(UNAVAILABLE, "a whole object from S3", "an interrupted one", e);
        }
    }

    private static String requireTag(String entityTag) throws SecretsException {
        if (entityTag == null || entityTag.isEmpty()) {
            throw new SecretsException(UNAVAILABLE, "an answer of S3 with an ETag", "one without");
        }
        return entityTag;
    }

    @Override
    public void close() {
        client.close();
    }
}
