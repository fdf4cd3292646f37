package firefox

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// calm are the preferences of every profile. Firefox has a list of its own for those who drive it, which also loosens what a page
// from disk may do; it is switched off, so that pages are treated as they are everywhere.
var calm = map[string]any{
	"remote.prefs.recommended": false,

	// Nobody on the network is asked for anything. A proxy that isn't there keeps at home what these forget: port 9 of this
	// machine, which browsers refuse themselves and nobody serves.
	"network.proxy.type":                                                          1,
	"network.proxy.http":                                                          "127.0.0.1",
	"network.proxy.http_port":                                                     9,
	"network.proxy.ssl":                                                           "127.0.0.1",
	"network.proxy.ssl_port":                                                      9,
	"network.proxy.failover_direct":                                               false,
	"network.proxy.allow_bypass":                                                  false,
	"network.dns.disablePrefetch":                                                 true,
	"network.dns.disableIPv6":                                                     true,
	"network.prefetch-next":                                                       false,
	"network.http.speculative-parallel-limit":                                     0,
	"network.captive-portal-service.enabled":                                      false,
	"network.connectivity-service.enabled":                                        false,
	"network.trr.mode":                                                            5,
	"network.sntp.pools":                                                          "",
	"app.update.disabledForTesting":                                               true,
	"app.update.auto":                                                             false,
	"app.normandy.enabled":                                                        false,
	"app.normandy.api_url":                                                        "",
	"nimbus.rollouts.enabled":                                                     false,
	"messaging-system.rsexperimentloader.enabled":                                 false,
	"services.settings.server":                                                    "data:,#nothing",
	"services.settings.loglevel":                                                  "off",
	"security.remote_settings.intermediates.enabled":                              false,
	"security.remote_settings.crlite_filters.enabled":                             false,
	"security.OCSP.enabled":                                                       0,
	"browser.safebrowsing.malware.enabled":                                        false,
	"browser.safebrowsing.phishing.enabled":                                       false,
	"browser.safebrowsing.blockedURIs.enabled":                                    false,
	"browser.safebrowsing.downloads.enabled":                                      false,
	"browser.safebrowsing.update.enabled":                                         false,
	"privacy.trackingprotection.enabled":                                          false,
	"privacy.trackingprotection.pbmode.enabled":                                   false,
	"browser.search.update":                                                       false,
	"browser.region.network.url":                                                  "",
	"browser.region.update.enabled":                                               false,
	"browser.discovery.enabled":                                                   false,
	"browser.ml.enable":                                                           false,
	"browser.translations.enable":                                                 false,
	"browser.topsites.contile.enabled":                                            false,
	"browser.urlbar.quicksuggest.enabled":                                         false,
	"browser.urlbar.merino.endpointURL":                                           "",
	"browser.newtabpage.enabled":                                                  false,
	"browser.newtabpage.activity-stream.feeds.topsites":                           false,
	"browser.newtabpage.activity-stream.showSponsored":                            false,
	"browser.newtabpage.activity-stream.asrouter.providers.cfr":                   "null",
	"browser.newtabpage.activity-stream.asrouter.providers.message-groups":        "null",
	"browser.newtabpage.activity-stream.asrouter.providers.messaging-experiments": "null",
	"browser.newtabpage.activity-stream.testing.shouldInitializeFeeds":            false,
	"extensions.update.enabled":                                                   false,
	"extensions.update.notifyUser":                                                false,
	"extensions.getAddons.cache.enabled":                                          false,
	"extensions.systemAddon.update.enabled":                                       false,
	"extensions.systemAddon.update.url":                                           "",
	"extensions.blocklist.enabled":                                                false,
	"extensions.installDistroAddons":                                              false,
	"media.gmp-manager.url":                                                       "",
	"media.gmp-manager.updateEnabled":                                             false,
	"media.gmp-provider.enabled":                                                  false,
	"dom.push.connection.enabled":                                                 false,
	"geo.provider.network.url":                                                    "",
	"identity.fxaccounts.enabled":                                                 false,
	"signon.management.page.breach-alerts.enabled":                                false,
	"toolkit.telemetry.enabled":                                                   false,
	"toolkit.telemetry.unified":                                                   false,
	"toolkit.telemetry.server":                                                    "",
	"telemetry.fog.test.localhost_port":                                           -1,
	"datareporting.healthreport.uploadEnabled":                                    false,
	"datareporting.usage.uploadEnabled":                                           false,
	"datareporting.policy.dataSubmissionEnabled":                                  false,
	"datareporting.policy.dataSubmissionPolicyBypassNotification":                 true,
	"breakpad.reportURL":                                                          "",

	// Nobody is asked, or told, anything either.
	"termsofuse.bypassNotification":                         true,
	"browser.aboutwelcome.enabled":                          false,
	"browser.shell.checkDefaultBrowser":                     false,
	"browser.startup.page":                                  0,
	"browser.startup.homepage":                              "about:blank",
	"browser.startup.homepage_override.mstone":              "ignore",
	"browser.warnOnQuit":                                    false,
	"browser.tabs.warnOnClose":                              false,
	"browser.download.panel.shown":                          true,
	"browser.download.always_ask_before_handling_new_types": false,
	"browser.pagethumbnails.capturing_disabled":             true,
	"browser.sessionstore.resume_from_crash":                false,
	"browser.sessionstore.interval":                         3600000,
	"toolkit.startup.max_resumed_crashes":                   -1,
	"toolkit.cosmeticAnimations.enabled":                    false,
	"browser.dom.window.dump.enabled":                       false,

	// However busy the machine is, no page is hurried, stopped, unloaded or made to wait behind another.
	"dom.max_script_run_time":                      0,
	"dom.max_chrome_script_run_time":               0,
	"dom.ipc.reportProcessHangs":                   false,
	"dom.ipc.processPriorityManager.enabled":       false,
	"dom.timeout.enable_budget_timer_throttling":   false,
	"dom.min_background_timeout_value":             4,
	"browser.tabs.unloadOnLowMemory":               false,
	"focusmanager.testmode":                        true, // every window thinks that it is in front
	"apz.content_response_timeout":                 60000,
	"dom.input_events.security.minNumTicks":        0,
	"dom.input_events.security.minTimeElapsedInMS": 0,

	// What people set: here all to nothing moves, in light colours.
	"ui.prefersReducedMotion":                          1,
	"general.smoothScroll":                             false,
	"layout.css.prefers-color-scheme.content-override": 1, // 0 is dark
	"intl.accept_languages":                            "en-US",
}

// userJS is the file of a profile that has these preferences beside those of all.
func userJS(prefs map[string]any) (string, error) {
	all := maps.Clone(calm)
	maps.Copy(all, prefs)
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(all)) {
		value, err := json.Marshal(all[name])
		if err != nil {
			return "", fmt.Errorf("preference %s: %w", name, err)
		}
		fmt.Fprintf(&out, "user_pref(%q, %s);\n", name, value)
	}
	return out.String(), nil
}
