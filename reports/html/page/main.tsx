import './style.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { embeddedData } from './data.ts';
import { tokenIn } from './live/connection.ts';
import { LiveApp } from './live/live_app.tsx';
import { Damaged, Guard } from './trouble.tsx';

async function open(root: HTMLElement): Promise<void> {
  const data = await embeddedData();
  root.textContent = '';
  if (data !== null && 'damage' in data) return render(<Damaged what={data.damage} />, root);
  const token = data === null ? tokenIn(location.hash) : null;
  if (data !== null) render(<Guard>{<App data={data} />}</Guard>, root);
  else if (token !== null) render(<Guard>{<LiveApp token={token} />}</Guard>, root);
  else root.textContent = 'Nothing to show: the address of upy-check explore ends with its token.';
}

void open(document.getElementById('app') as HTMLElement);
