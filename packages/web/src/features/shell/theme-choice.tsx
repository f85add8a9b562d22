import { type ReactNode, useEffect, useState } from "react";
import { TEXT } from "../../text/en.ts";
import { ChoiceSetting } from "../../ui/choice-setting.tsx";

const KEY = "berth/theme";
const THEMES = ["system", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

/** Light, dark, or as the system says; kept in this browser. */
export function ThemeChoice(): ReactNode {
  const [theme, setTheme] = useState<Theme>(kept);
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme;
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // a forbidden storage: the choice lasts as long as the page
    }
  }, [theme]);
  return (
    <ChoiceSetting
      label={TEXT.theme.label}
      value={theme}
      choices={THEMES.map((id) => ({ id, text: TEXT.theme[id] }))}
      onChange={(id) => setTheme(themeOf(id))}
    />
  );
}

function kept(): Theme {
  try {
    return themeOf(localStorage.getItem(KEY));
  } catch {
    return "system";
  }
}

function themeOf(text: string | null): Theme {
  return THEMES.find((theme) => theme === text) ?? "system";
}
