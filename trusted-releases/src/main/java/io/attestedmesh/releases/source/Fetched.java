package io.attestedmesh.releases.source;

import io.attestedmesh.attest.evidence.Bytes;
import java.util.Optional;

/**
 * What a source had, whole, and not verified at all.
 *
 * @param version what the source calls this content, for logs: an S3 version id, else an ETag
 * @param validator what to give back to {@link ReleaseSource#fetch(Optional)} once the content was dealt with
 */
public record Fetched(Bytes content, Optional<String> version, Optional<Validator> validator) {}
