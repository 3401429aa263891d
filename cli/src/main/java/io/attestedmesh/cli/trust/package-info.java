/**
 * The signed list of releases that a configuration or a command line names, verified as any client verifies it.
 *
 * <pre>{@code
 * try (FollowedList list = FollowedList.open(section, clock)) {
 *     list.require();
 *     Supplier<AttestationPolicy> policy = AttestationPolicy.builder().following(list.releases());
 * }
 * }</pre>
 */
package io.attestedmesh.cli.trust;
