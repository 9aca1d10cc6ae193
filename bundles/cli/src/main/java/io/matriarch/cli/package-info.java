/**
 * {@code matriarchctl}: asks and steers a cluster through the REST interface of its members, never
 * through the store.
 *
 * <p>It runs outside the framework, on the installation's own Java runtime, and is to answer at
 * once. The script that starts it gives these flags:
 *
 * <pre>{@code
 * java -XX:AOTCache=HOME/lib/matriarchctl.aot -Xlog:disable -Xlog:all=error:stderr \
 *      -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData \
 *      -cp 'lib/cli/*' io.matriarch.cli.Main "$@"
 * }</pre>
 *
 * <p>and the environment variable {@code MATRIARCH_CONFIG}, or the property {@code matriarch.home}.
 * The cache is made once, when the installation is assembled, by a run that loads what most runs
 * load; the hidden command {@code warm-up} does that, and asks no member:
 *
 * <pre>{@code
 * java -XX:AOTCacheOutput=HOME/lib/matriarchctl.aot -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \
 *      -XX:-UsePerfData -cp 'lib/cli/*' io.matriarch.cli.Main warm-up
 * }</pre>
 *
 * <p>Both runs must see the same jars, unchanged and in the same order; a cache that does not fit
 * is ignored by the virtual machine with a remark on standard error, and start-up is slower,
 * nothing else. {@code -Xshare} does not go with {@code -XX:AOTCache}: the machine would refuse to
 * start.
 */
@NullMarked
package io.matriarch.cli;

import org.jspecify.annotations.NullMarked;
