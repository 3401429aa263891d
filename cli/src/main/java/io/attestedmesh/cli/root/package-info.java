/**
 * {@code amesh root}: the trust root of a list, made, signed by its own threshold, and rotated.
 *
 * <pre>{@code
 * amesh root init acme-kms --key alice=alice.pub --key bob=bob.pub --threshold 2 --log log.vkey --out root.json
 * amesh root sign root.json --key alice.key --out root.1.json
 * amesh root sign root.1.json --key bob.key
 * amesh root next root.1.json --remove-key bob --add-key carol=carol.pub --out root.json
 * amesh root verify root.1.json root.2.json
 * }</pre>
 */
package io.attestedmesh.cli.root;
