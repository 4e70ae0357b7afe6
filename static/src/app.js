// Comfort only: every page works without this file. Runs on Chromium 86 under a policy without inline script.
import { watchCopies } from "./behaviour/copies.js";
import { watchDrafts } from "./behaviour/drafts.js";
import { watchOffline } from "./behaviour/offline.js";
import { watchOutbox } from "./behaviour/outbox.js";
import { watchMenus } from "./behaviour/menus.js";
import { watchPolls } from "./behaviour/polls.js";
import { watchSelections } from "./behaviour/selections.js";
import { showOpenTab } from "./behaviour/tabs.js";

watchMenus();
showOpenTab();
watchCopies();
watchSelections();
watchDrafts();
watchOffline();
watchOutbox();
watchPolls(document);
