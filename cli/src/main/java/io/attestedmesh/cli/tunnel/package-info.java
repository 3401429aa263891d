/**
 * {@code amesh tunnel}: attested TLS for programs that know nothing of it, by {@link io.attestedmesh.transport.tunnel},
 * with the configuration of a node.
 *
 * <pre>{@code
 * amesh tunnel server --config amesh.toml --listen 0.0.0.0:8443 --target 127.0.0.1:5432 --allow-dns b.example
 * amesh tunnel client --config amesh.toml --listen 127.0.0.1:5432 --target a.example:8443
 * }</pre>
 */
package io.attestedmesh.cli.tunnel;
