/**
 * {@code amesh release}: lists of releases drafted, signed by several people, published and looked at.
 *
 * <pre>{@code
 * amesh release init acme-kms --out draft.json
 * amesh release add draft.json --name kms-core --version 1.4.2 --measurements build.json
 * amesh release sign draft.json --key keys/alice.key --root root.json --out list.json
 * amesh release sign list.json --key keys/bob.key --root root.json
 * amesh release publish list.json --root root.json --log log --log-key keys/log.key --out bundle.json
 * }</pre>
 */
package io.attestedmesh.cli.release;
