/**
 * {@code amesh release log}: the log of published lists, for whoever keeps it, witnesses it or audits it.
 *
 * <pre>{@code
 * amesh release log key acme.example/releases --out keys
 * amesh release log init log --origin acme.example/releases --key keys/acme.example_releases.key
 * amesh release log check log --vkey keys/acme.example_releases.vkey
 * amesh release log consistency checkpoint.old checkpoint.new --log log
 * }</pre>
 */
package io.attestedmesh.cli.release.log;
