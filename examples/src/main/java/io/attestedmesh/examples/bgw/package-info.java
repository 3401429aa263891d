/**
 * Arithmetic on shared values after Ben-Or, Goldwasser and Wigderson (1988), with the degree reduction of Gennaro, Rabin
 * and Rabin (1998), over the field of the scalars of edwards25519: values are from 0 to L - 1, and L is above 2^252.
 *
 * <pre>{@code
 * BgwParty party = new BgwParty(id, 4, 1, random);
 * Dealing mine = party.deal(Scalar.of(7));                          // mine.messages(): to each of the others its own
 * SharedValue theirs = party.receive(2, messageOfParty2);
 * SharedValue sum = mine.own().plus(theirs).times(Scalar.of(3));    // no messages
 * Multiplication step = party.multiply(mine.own(), theirs);         // step.messages(): to each of the others its own
 * SharedValue product = step.product(messagesOfAllOthers);
 * Scalar result = party.open(product, exchange(party.opening(product)));
 * }</pre>
 *
 * <p>What holds: up to t parties together learn nothing but what is opened. What is found: a share that a party changes
 * when a value is opened, and that party is named as long as no more than (n - t - 1)/2 do so; with fewer parties to spare
 * the change is seen and nobody named. What is not found: a party that deals a bad sharing or reshares another product
 * than its own. Such a party can spoil a result, and can make shares that it dealt look like their holders' fault; where
 * that matters, sharings have to be verifiable, which these are not.
 */
package io.attestedmesh.examples.bgw;
