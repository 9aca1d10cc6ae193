/**
 * {@code matriarchctl}: asks and steers a cluster through the REST interface of its members, never
 * through the store.
 *
 * <p>It runs outside the framework, on the installation's own Java runtime, and is to answer at
 * once. The script that starts it gives these flags:
 *
 * <pre>{@code
 * java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto -XX:-UsePerfData \
 *      -XX:AOTCache=lib/cli/matriarchctl.aot -Xlog:aot=off -Xlog:cds=off \
 *      -Dmatriarch.home=HOME -cp 'lib/cli/*' io.matriarch.cli.Main "$@"
 * }</pre>
 *
 * The cache is made once, when the installation is assembled, by one run that loads what most runs
 * load (no member needs to answer, a refused connection loads the same classes; {@code warm-up} is
 * a hidden command that renders every kind of output as well):
 *
 * <pre>{@code
 * java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:AOTCacheOutput=lib/cli/matriarchctl.aot \
 *      -cp 'lib/cli/*' io.matriarch.cli.Main warm-up
 * }</pre>
 *
 * Both runs must see the same class path, in the same order; a cache that does not fit is ignored
 * by the virtual machine, and start-up is slower then, nothing else.
 */
@NullMarked
package io.matriarch.cli;

import org.jspecify.annotations.NullMarked;
