/**
 * {@code amesh enclave}: what enclaves are given from outside, and what runs in and beside them.
 *
 * <pre>{@code
 * amesh enclave init --config /etc/amesh/enclave.toml      # the first process inside
 * amesh enclave parent --config parent.toml                # beside it
 * amesh enclave key-policy bundle.json --root root.1.json --role arn:aws:iam::111122223333:role/enclave > policy.json
 * aws kms put-key-policy --key-id "$KEY" --policy file://policy.json
 * amesh enclave seal password.txt --key-id "$KEY" --name database --version 3 --out database.sealed
 * }</pre>
 */
package io.attestedmesh.cli.enclave;
