// The one script of every page: binds the named behaviours and keeps partial updates tidy.

import { start } from "./behaviours.js";
import "./partial_updates.js";
import "./shortcuts.js";

start();
