/**
 * Whether the code that verified evidence speaks of is allowed.
 *
 * <pre>{@code
 * AttestationPolicy policy = AttestationPolicy.builder()
 *         .referenceValues(PinnedReleases.of(Map.of("app 1.4", Map.of(0, pcr0, 1, pcr1, 2, pcr2))))
 *         .maxAge(Duration.ofHours(1))
 *         .requirePcrs(Set.of(8))
 *         .build();
 * ExpectedClaims claims = new ExpectedClaims(Optional.of(spki), Optional.empty(), Optional.of(boundPrefix));
 * AttestationResult result = policy.appraise(evidence, claims, clock.instant());
 * log(result.releaseName());
 * }</pre>
 */
package io.attestedmesh.attest.policy;
