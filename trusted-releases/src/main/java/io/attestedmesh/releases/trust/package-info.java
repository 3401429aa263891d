/**
 * From published bytes to the code that may talk to us: what a client verifies, in which order, and what it remembers.
 *
 * <pre>{@code
 * SignedRoot anchor = SignedRoot.of(SignedEnvelope.parse(trustRootOfTheImage));
 * Requirements requirements = Requirements.of(anchor)
 *         .withMinimumVersion(7)
 *         .withMaxCheckpointAge(Duration.ofHours(1));
 * try (TrustedReleases releases = TrustedReleases.open(requirements, Optional.of(stateFile), Clock.systemUTC())) {
 *     releases.offer(bundle);
 *     Supplier<AttestationPolicy> policy = AttestationPolicy.builder().following(releases);
 *     show(releases.current().orElseThrow().signers());
 * }
 * }</pre>
 */
package io.attestedmesh.releases.trust;
